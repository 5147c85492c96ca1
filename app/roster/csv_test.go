package roster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// A list that a spreadsheet program did not write as it should is understood
// where nothing can be mistaken, and named else.
func TestATextIsUnderstoodOrNamed(t *testing.T) {
	english, chinese := headings(orderColumns)
	plain := string(asCSV(chinese, english, good(nil)))
	tabs := strings.ReplaceAll(plain, ",", "\t")
	in := func(e encoding.Encoding, text string) []byte {
		content, err := e.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	unusual := []string{"~0  file_unusual"}
	for _, c := range []struct {
		name    string
		content []byte
		want    []string
		taken   bool
	}{
		{"tabs", []byte(tabs), unusual, true},
		{"tabs in GB18030", in(simplifiedchinese.GB18030, tabs), unusual, true},
		{"Unicode text, as spreadsheet programs call it", in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), tabs), unusual, true},
		{"UTF-16 the other way round", in(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), plain), unusual, true},
		{"UTF-16 without its mark", in(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), plain), unusual, true},
		{"rows that end in CR", []byte(strings.ReplaceAll(plain, "\n", "\r")), unusual, true},
		{"line ends that were turned twice", []byte(strings.ReplaceAll(plain, "\n", "\r\r\n")), nil, true},
		{"two marks at the beginning", []byte("\ufeff\ufeff" + plain), nil, true},
		{"a hint at the separator", []byte("sep=,\r\n" + plain), nil, true},
		{"semicolons", []byte(strings.ReplaceAll(plain, ",", ";")), []string{"0  file_separator"}, false},
		{"commas of full width", []byte(strings.ReplaceAll(plain, ",", "，")), []string{"0  file_separator"}, false},
		{"a byte that is no UTF-8", []byte(strings.Replace(plain, "小明", "\xff明", 1)), []string{"2 name cell_broken"}, false},
		{"a NUL in a cell", []byte(strings.Replace(plain, "小明", "\x00明", 1)), []string{"2 name cell_control"}, false},
		{"Big5", []byte("\xb7\xc7\xa6\xd2\xc3\xd2\xb8\xb9,\xa9m\xa6W\n1,2\n"), []string{"0  encoding_unknown"}, false},
		{"a comma that is not in quotation marks", []byte(strings.Replace(plain, "a.jpg,2026-05-01", "a.jpg,2026-05-01,x", 1)), []string{"2  row_too_long"}, false},
		{"a space before a quotation mark", []byte(strings.Replace(plain, "李小明", ` "李小明" `, 1)), nil, true},
		{"text after a closed quotation mark", []byte(strings.Replace(plain, "李小明", `"李小明"x`, 1)), []string{"2  row_broken"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ReadOrders(c.content, shanghai)
			wantProblems(t, got.Problems, c.want...)
			if (len(got.Rows) == 1) != c.taken {
				t.Fatalf("%d rows", len(got.Rows))
			}
			if c.taken {
				if diff := cmp.Diff(wanted(), got.Rows[0].Registration); diff != "" {
					t.Errorf("registration (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestTextThatLooksLikeANumberIsTakenWhereNothingIsLost(t *testing.T) {
	for _, c := range []struct {
		text, whole string
		exact       bool
	}{
		{"8.0", "8", true}, {"13800138000.0", "13800138000", true}, {"2.0100101E7", "20100101", true}, {"8.5", "8.5", true},
		{"T1", "T1", true}, {"007", "007", true}, {"110105201603073910", "110105201603073910", true}, {"E12345678", "E12345678", true},
		{"1.38E+10", "1.38E+10", false}, {"1.10105E+17", "1.10105E+17", false}, {"110105201603073910.0", "110105201603073910.0", false},
		{"1.1010520160307391e+17", "1.1010520160307391e+17", false}, {"2026.", "2026.", true}, {"9e999", "9e999", false},
	} {
		if whole, exact := wholeNumber(c.text); whole != c.whole || exact != c.exact {
			t.Errorf("%s: %s, %v", c.text, whole, exact)
		}
	}
}

func TestRowsAreCountedAsASpreadsheetCountsThem(t *testing.T) {
	rows := string(orderCSV(
		good(row{"guardian_address": "某市\r\n某区\n某路"}), good(row{"ticket": "2"}), good(row{"ticket": "3", "grade": "11"}),
	))
	for name, content := range map[string]string{"LF": rows, "CR LF": strings.ReplaceAll(rows, "\n", "\r\n")} {
		got := ReadOrders([]byte(content), shanghai)
		if want := []string{"4 grade grade_invalid"}; !cmp.Equal(brief(got.Problems)[len(got.Problems)-1:], want) {
			t.Errorf("%s: %v, want %v", name, brief(got.Problems), want)
		}
	}
	got := ReadOrders([]byte("报名表\n\n"+rows), shanghai)
	if last := got.Problems[len(got.Problems)-1]; last.Row != 6 {
		t.Errorf("below a title and a blank row: row %d, want 6", last.Row)
	}
}

// A file beyond a limit costs one sentence that names it.
func TestALimitIsOneSentence(t *testing.T) {
	head := string(asCSV(must2(headings(orderColumns))))
	for _, c := range []struct{ name, content, says string }{
		{"a row of commas", strings.Repeat(",", 1<<20), "256 columns"},
		{"a row of commas below good ones", string(orderCSV(good(row{"grade": "99"}))) + strings.Repeat(",", 1000), "256 columns (row 3)"},
		{"a cell without an end", head + strings.Repeat("x", 1<<18), "32,767 characters"},
		{"more bytes than a list has", head + strings.Repeat("\n", maxFileBytes), "64 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ReadOrders([]byte(c.content), shanghai)
			if len(got.Problems) != 1 || len(got.Rows) > 0 || !strings.Contains(got.Problems[0].String(), c.says) {
				t.Errorf("%d rows, problems %v", len(got.Rows), got.Problems)
			}
		})
	}
	r := newReader("", shanghai, 3)
	if r.each(orderCSV(good(nil), good(nil), good(nil), good(nil)), orderColumns, func() {}) || r.found.List()[0].Args["limit"] != "3 rows" {
		t.Errorf("four rows where three are the most: %v", r.found.List())
	}
}

func must2(first, _ []string) (heads, keys []string) { return first, first }

func TestManyProblemsOfAKindAreToldInOne(t *testing.T) {
	var content bytes.Buffer
	content.Write(orderCSV())
	const rows = 5000
	one := strings.SplitAfterN(string(orderCSV(good(row{"phone": ""}))), "\n", 2)[1]
	for range rows {
		content.WriteString(one)
	}
	content.Write([]byte(strings.SplitAfterN(string(orderCSV(good(row{"ticket": "last", "grade": "11"}))), "\n", 2)[1]))
	got := ReadOrders(content.Bytes(), shanghai)
	size := 0
	told := map[string]int{}
	for i, p := range got.Problems {
		size += len(p.String())
		told[brief(got.Problems)[i]]++
	}
	if len(got.Problems) > 4*maxPerKind || size > 64<<10 {
		t.Errorf("%d problems of %d bytes", len(got.Problems), size)
	}
	for _, want := range []string{"102 ticket more_problems", "~102 phone more_problems", "5002 grade grade_invalid"} {
		if told[want] != 1 {
			t.Errorf("%q is told %d times", want, told[want])
		}
	}
	for _, p := range got.Problems {
		if p.Code == MoreProblems && p.Column == "ticket" && (p.Args["count"] != rows-maxPerKind || p.Args["rows"] != fmt.Sprintf("102–%d", rows+1)) {
			t.Errorf("the rest: %v", p.Args)
		}
		words := map[string]string{
			"ticket":  "(«row … has the same ticket number»)",
			"subject": "(«row … registers the same person for the same subject and grade»)",
			"phone":   "(«the cell is empty»)",
		}[p.Column]
		if p.Code == MoreProblems && (words == "" || !strings.Contains(p.String(), words)) {
			t.Errorf("the rest in words: %s", p)
		}
	}
}

// What the reader's process says is what it read.
func TestAListComesWholeOverAPipe(t *testing.T) {
	list := ReadOrders(orderCSV(good(nil), good(row{"ticket": "2", "grade": "11"}), good(row{"ticket": "3", "pieces": "", "photo": ""})), shanghai)
	var pipe bytes.Buffer
	if err := list.Send(&pipe); err != nil {
		t.Fatal(err)
	}
	sent := pipe.String()
	got, err := ReceiveOrders(strings.NewReader(sent), shanghai)
	if err != nil {
		t.Fatal(err)
	}
	asText := func(l OrderList) string {
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if diff := cmp.Diff(asText(list), asText(got)); diff != "" {
		t.Errorf("received (-sent +got):\n%s", diff)
	}
	for name, text := range map[string]string{
		"a reader that died":           sent[:len(sent)-30],
		"a row that the exam refuses":  `{"row":{"Registration":{"Grade":99}}}` + "\n" + sent,
		"a photo that is a path":       strings.Replace(sent, `"a.jpg"`, `"../a.jpg"`, 1),
		"no list":                      "fatal error",
		"a message that holds nothing": "{}\n" + sent,
	} {
		if _, err := ReceiveOrders(strings.NewReader(text), shanghai); err == nil {
			t.Errorf("%s was taken for a list", name)
		}
	}
}
