package exam

import (
	"fmt"
	"strings"
	"time"

	"kaodian/app/base/refusal"
)

// Registration is what the order list says of one order (R1).
type Registration struct {
	Ticket          string // admission ticket number, one per order
	Name            string
	Pinyin          string
	Gender          string // "male", "female" or ""
	BirthDate       Date
	IDType          string
	IDNumber        string // letter case kept (R1)
	GuardianAddress string
	Phone           string
	Subject         string
	Grade           int
	Window          Window
	Pieces          []Piece
	Photo           string // SHA-256 of the stored photo, "" while 照片待补 (R2)
	PhotoTaken      Date   // zero when unknown
}

// Piece is what is to be played for an item; Item is "" where the list names
// only the piece.
type Piece struct {
	Item  string
	Title string
}

// Window is the upload window 上传视频时间: OpensAt is in it, ClosesAt is not.
type Window struct {
	OpensAt  time.Time
	ClosesAt time.Time
}

// Contains says whether the window is open at t.
func (w Window) Contains(t time.Time) bool {
	return !t.Before(w.OpensAt) && t.Before(w.ClosesAt)
}

// Date is a calendar day without a time zone. The zero Date is «unknown».
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads 2006-01-02; "" is the zero Date.
func ParseDate(text string) (Date, error) {
	if text == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%q is no date of the form 2006-01-02", text)
	}
	return DateOf(t), nil
}

// DateOf is the calendar day of t in t's own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{Year: year, Month: month, Day: day}
}

// IsZero says that the date is unknown.
func (d Date) IsZero() bool { return d == Date{} }

// String writes 2006-01-02, or "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// age is the number of birthdays up to and including the day on.
func (d Date) age(on Date) int {
	years := on.Year - d.Year
	if on.Month < d.Month || on.Month == d.Month && on.Day < d.Day {
		years--
	}
	return years
}

// adultConsentAge is the age from which a candidate consents alone: the
// rules for face recognition ask for a guardian's consent under 14 (R25).
const adultConsentAge = 14

// GuardianRequired says that face recognition needs a guardian's consent at
// that moment (R25); an unknown birth date asks for the guardian too.
func (g Registration) GuardianRequired(r Rules, now time.Time) bool {
	return g.BirthDate.IsZero() || g.BirthDate.age(DateOf(now.In(r.Location))) < adultConsentAge
}

// PersonKey is the identity over all orders: ID type and number, folded so
// that spelling differences of one number stay one person (R4).
func (g Registration) PersonKey() string {
	return FoldID(g.IDType) + ":" + FoldID(g.IDNumber)
}

// FoldID is the form in which tickets and ID numbers are compared: trimmed,
// full-width letters and digits as half-width, lower case (R4).
func FoldID(text string) string {
	return strings.ToLower(strings.TrimSpace(strings.Map(halfWidth, text)))
}

// MaskID is an ID number as papers show it: enough to compare it with a card,
// not enough to log in with.
func MaskID(number string) string {
	shown := 4
	letters := []rune(number)
	if len(letters) < 12 {
		shown = len(letters) / 4
	}
	for i := shown; i < len(letters)-shown; i++ {
		letters[i] = '*'
	}
	return string(letters)
}

func halfWidth(c rune) rune {
	const fullWidthFirst, fullWidthLast, distance = '！', '～', '！' - '!'
	switch {
	case c == '　': // ideographic space
		return ' '
	case fullWidthFirst <= c && c <= fullWidthLast:
		return c - distance
	}
	return c
}

// Check refuses what no order can have (R1): a grade outside 1–10 or a
// window that ends before it starts.
func (g Registration) Check() error {
	if g.Grade < minGrade || g.Grade > maxGrade {
		return refusal.New(GradeInvalid, "grade", g.Grade)
	}
	return g.Window.check()
}

// Years outside these are slips of the pen, and no file holds them.
const firstYear, lastYear = 1900, 2199

func (w Window) check() error {
	if !w.OpensAt.Before(w.ClosesAt) || w.OpensAt.UTC().Year() < firstYear || w.ClosesAt.UTC().Year() > lastYear {
		return refusal.New(WindowInvalid)
	}
	return nil
}

// CheckReimport refuses a second import that would change what never changes
// once registered: subject and grade (R3), and the person once attempts exist.
func (o Order) CheckReimport(next Registration) error {
	switch {
	case next.Subject != o.Subject:
		return refusal.New(SubjectChanged, "before", o.Subject, "now", next.Subject)
	case next.Grade != o.Grade:
		return refusal.New(GradeChanged, "before", o.Grade, "now", next.Grade)
	case len(o.Attempts) > 0 && next.PersonKey() != o.PersonKey():
		return refusal.New(PersonChanged)
	}
	return next.Check()
}
