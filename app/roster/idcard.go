package roster

import (
	"fmt"
	"regexp"
	"strings"

	"kaodian/app/exam"
)

var residentNumber = regexp.MustCompile(`^\d{17}[\dX]$`)

// CheckDigit is the eighteenth sign of a resident's ID number (GB 11643, ISO
// 7064 MOD 11-2) for its first seventeen digits; 0 when they are no digits.
func CheckDigit(first17 string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	if len(first17) != len(weights) {
		return 0
	}
	sum := 0
	for i, weight := range weights {
		digit := int(first17[i]) - '0'
		if digit < 0 || digit > 9 {
			return 0
		}
		sum += weight * digit
	}
	return "10X98765432"[sum%11]
}

// checkResidentID checks a resident's ID number by its check digit and against
// the birth date and gender. A contradiction is a warning, never a refusal: the
// document decides, and its issuer can err too.
func checkResidentID(g exam.Registration) []Problem {
	if g.IDType != ResidentID || g.IDNumber == "" { // why there is none was said
		return nil
	}
	number := strings.ToUpper(fold(g.IDNumber))
	if !residentNumber.MatchString(number) {
		return warn("id_number", IDFormUnusual)
	}
	var problems []Problem
	if number[17] != CheckDigit(number[:17]) {
		problems = append(problems, warn("id_number", IDCheckDigit)...)
	}
	if born := fmt.Sprintf("%s-%s-%s", number[6:10], number[10:12], number[12:14]); !g.BirthDate.IsZero() && g.BirthDate.String() != born {
		problems = append(problems, warn("birth_date", IDBirthDate)...)
	}
	gender := "female"
	if (number[16]-'0')%2 == 1 {
		gender = "male"
	}
	if g.Gender != "" && g.Gender != gender {
		problems = append(problems, warn("gender", IDGender)...)
	}
	return problems
}

func warn(column string, code Code) []Problem {
	return []Problem{{Column: column, Code: code, Warning: true}}
}
