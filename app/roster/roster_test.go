package roster

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"kaodian/app/base/refusal"
	"kaodian/app/exam"
)

// shanghai is the association's zone without asking the machine for it.
var shanghai = time.FixedZone("CST", 8*60*60)

// row is one line of a test list, by English heading.
type row map[string]string

// good is a row without a fault; tests change what they are about.
func good(change row) row {
	id := "11010520160307391"
	r := row{
		"ticket": "2026000001", "name": "李小明", "pinyin": "Li Xiaoming", "gender": "男", "birth_date": "2016-03-07",
		"id_type": "居民身份证", "id_number": id + string(CheckDigit(id)), "guardian_address": "广州市天河区 1 号",
		"phone": "13800138000", "subject": "钢琴", "grade": "3",
		"window_opens": "2026-07-01T09:00:00+08:00", "window_closes": "2026-07-10",
		"pieces": "练习曲：车尔尼 599 第 45 首；乐曲：小步舞曲", "photo": "a.jpg", "photo_taken": "2026-05-01",
	}
	maps.Copy(r, change)
	return r
}

func headings(columns []column) (english, chinese []string) {
	for _, c := range columns {
		english, chinese = append(english, c.english), append(chinese, c.chinese)
	}
	return english, chinese
}

// asCSV writes the rows below the headings; keys are the English headings in
// the order of heads.
func asCSV(heads, keys []string, rows ...row) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(heads)
	for _, r := range rows {
		var fields []string
		for _, key := range keys {
			fields = append(fields, r[key])
		}
		_ = w.Write(fields)
	}
	w.Flush()
	return out.Bytes()
}

func orderCSV(rows ...row) []byte {
	keys, _ := headings(orderColumns)
	return asCSV(keys, keys, rows...)
}

// brief is a problem as tests name it: «3 grade grade_invalid», with a ~ for a warning.
func brief(problems []Problem) []string {
	list := []string{}
	for _, p := range problems {
		text := fmt.Sprintf("%d %s %s", p.Row, p.Column, p.Code)
		if p.File != "" {
			text = p.File + " " + text
		}
		if p.Warning {
			text = "~" + text
		}
		list = append(list, text)
	}
	return list
}

func wantProblems(t *testing.T, got []Problem, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, brief(got), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	for _, p := range got {
		if text := p.String(); strings.ContainsAny(text, "{}") || strings.Contains(text, "%!") {
			t.Errorf("sentence with a gap: %s", text)
		}
	}
}

// wanted is what good(nil) says.
func wanted() exam.Registration {
	return exam.Registration{
		Ticket: "2026000001", Name: "李小明", Pinyin: "Li Xiaoming", Gender: "male", BirthDate: exam.Date{Year: 2016, Month: 3, Day: 7},
		IDType: "居民身份证", IDNumber: good(nil)["id_number"], GuardianAddress: "广州市天河区 1 号", Phone: "13800138000",
		Subject: "钢琴", Grade: 3,
		Window: exam.Window{
			OpensAt:  time.Date(2026, 7, 1, 9, 0, 0, 0, shanghai),
			ClosesAt: time.Date(2026, 7, 11, 0, 0, 0, 0, shanghai),
		},
		Pieces:     []exam.Piece{{Item: "练习曲", Title: "车尔尼 599 第 45 首"}, {Item: "乐曲", Title: "小步舞曲"}},
		PhotoTaken: exam.Date{Year: 2026, Month: 5, Day: 1},
	}
}

func TestOrderListIsReadWhateverItIsWrittenIn(t *testing.T) {
	english, chinese := headings(orderColumns)
	plain := asCSV(chinese, english, good(nil))
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(plain)
	if err != nil {
		t.Fatal(err)
	}
	backwards := func(list []string) []string {
		list = slices.Clone(list)
		slices.Reverse(list)
		return list
	}
	decorated := []string{}
	for _, heading := range chinese {
		decorated = append(decorated, " "+heading+"*（必填） ")
	}
	titled := append([]byte("2026 年夏季考级报名表\r\n\r\n"), plain...)
	for name, content := range map[string][]byte{
		"CSV in UTF-8 with Chinese headings":       plain,
		"CSV in UTF-8 with a byte order mark":      append([]byte("\xef\xbb\xbf"), plain...),
		"CSV in GB18030":                           gb,
		"CSV with English headings":                asCSV(english, english, good(nil)),
		"CSV with headings in another order":       asCSV(backwards(chinese), backwards(english), good(nil)),
		"CSV with decorated headings":              asCSV(decorated, english, good(nil)),
		"CSV with English headings in upper case":  []byte(strings.Replace(string(orderCSV(good(nil))), "birth_date", "Birth Date", 1)),
		"CSV with a title above the headings":      titled,
		"CSV with Windows line ends and blank end": bytes.ReplaceAll(append(plain, "\n,,,\n"...), []byte("\n"), []byte("\r\n")),
		"XLSX with text cells":                     asXLSX(t, nil, good(nil)),
	} {
		t.Run(name, func(t *testing.T) {
			got := ReadOrders(content, shanghai)
			wantProblems(t, got.Problems)
			if len(got.Rows) != 1 {
				t.Fatalf("%d rows, want 1", len(got.Rows))
			}
			if diff := cmp.Diff(wanted(), got.Rows[0].Registration); diff != "" {
				t.Errorf("registration (-want +got):\n%s", diff)
			}
			if got.Rows[0].PhotoFile != "a.jpg" {
				t.Errorf("photo file %q", got.Rows[0].PhotoFile)
			}
		})
	}
}

// asXLSX makes an XLSX; values replace cells of the first row by English
// heading (numbers, dates).
func asXLSX(t *testing.T, values map[string]any, rows ...row) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	put := func(column, line int, value any) {
		name, err := excelize.CoordinatesToCellName(column+1, line)
		if err == nil {
			err = book.SetCellValue("Sheet1", name, value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range orderColumns {
		put(i, 1, c.chinese)
		for n, r := range rows {
			put(i, n+2, r[c.english])
		}
		if value, ok := values[c.english]; ok {
			put(i, 2, value)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestExcelsNumbersAndDatesAreRead(t *testing.T) {
	midnight := time.Date(2026, 7, 10, 0, 0, 0, 0, time.UTC)
	content := asXLSX(t, map[string]any{
		"ticket": 2026000001, "phone": int64(13800138000), "grade": 3,
		"birth_date":    time.Date(2016, 3, 7, 0, 0, 0, 0, time.UTC),
		"window_opens":  time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC),
		"window_closes": midnight.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24,
		"photo_taken":   20260501,
	}, good(nil))
	got := ReadOrders(content, shanghai)
	wantProblems(t, got.Problems)
	if diff := cmp.Diff(wanted(), got.Rows[0].Registration); diff != "" {
		t.Errorf("registration (-want +got):\n%s", diff)
	}
}

func TestAnEndThatIsShownAsMidnightIsMidnight(t *testing.T) {
	midnight := time.Date(2026, 7, 10, 0, 0, 0, 0, time.UTC)
	book, err := excelize.OpenReader(bytes.NewReader(asXLSX(t, map[string]any{"window_closes": midnight}, good(nil))))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	withTime, err := book.NewStyle(&excelize.Style{NumFmt: 22}) // m/d/yy h:mm
	if err == nil {
		err = book.SetCellStyle("Sheet1", "M2", "M2", withTime)
	}
	buffer, writeErr := book.WriteToBuffer()
	if err != nil || writeErr != nil {
		t.Fatal(err, writeErr)
	}
	content := buffer.Bytes()
	got := ReadOrders(content, shanghai)
	wantProblems(t, got.Problems)
	if want := time.Date(2026, 7, 10, 0, 0, 0, 0, shanghai); !got.Rows[0].Registration.Window.ClosesAt.Equal(want) {
		t.Errorf("window closes at %s, want %s", got.Rows[0].Registration.Window.ClosesAt, want)
	}
}

func TestEveryFaultIsNamedWithItsRowAndColumn(t *testing.T) {
	for _, c := range []struct {
		name   string
		change row
		want   []string
	}{
		{"R1: no ticket", row{"ticket": ""}, []string{"2 ticket cell_missing"}},
		{"R1: no name", row{"name": " \t"}, []string{"2 name cell_missing"}},
		{"R1: no ID number", row{"id_number": ""}, []string{"2 id_number cell_missing"}},
		{"R1: no phone is a warning", row{"phone": ""}, []string{"~2 phone cell_missing"}},
		{"R1: grade 11", row{"grade": "11"}, []string{"2 grade grade_invalid"}},
		{"R1: grade in letters nobody uses", row{"grade": "Ⅷ"}, []string{"2 grade grade_invalid"}},
		{"R1: a day that no calendar has", row{"birth_date": "2016-02-30"}, []string{"2 birth_date date_invalid"}},
		{"R1: a date that can be read two ways", row{"window_opens": "7/1/2026"}, []string{"2 window_opens date_invalid"}},
		{"R1: a time that no clock has", row{"window_opens": "2026-07-01 25:00"}, []string{"2 window_opens date_invalid"}},
		{"R1: a year of four thousand", row{"window_closes": "4026-07-01"}, []string{"2 window_closes date_invalid"}},
		{"R1: born after the window opens", row{"birth_date": "2036-03-07"}, []string{"2 birth_date birth_late", "~2 birth_date id_birth_date"}},
		{"R1: a window that ends before it opens", row{"window_closes": "2026-06-30"}, []string{"2 window_closes window_invalid"}},
		{"R1: a window without length", row{"window_closes": "2026-07-01 09:00"}, []string{"2 window_closes window_invalid"}},
		{"R1: gender", row{"gender": "boy"}, []string{"2 gender gender_invalid"}},
		{"R1: an item without its piece", row{"pieces": "乐曲："}, []string{"2 pieces pieces_invalid"}},
		{"a spreadsheet's error", row{"subject": "#REF!"}, []string{"2 subject cell_error"}},
		{"a ticket that a spreadsheet shortened", row{"ticket": "2.026E+15"}, []string{"2 ticket number_mangled"}},
		{"an ID number that a spreadsheet shortened", row{"id_number": "1.10105E+17"}, []string{"2 id_number number_mangled"}},
		{"R1: a wrong check digit is a warning", row{"id_number": "110105201603073910"}, []string{"~2 id_number id_check_digit"}},
		{"R1: another birth date in the ID number is a warning", row{"birth_date": "2016-03-08"}, []string{"~2 birth_date id_birth_date"}},
		{"R1: another gender in the ID number is a warning", row{"gender": "女"}, []string{"~2 gender id_gender"}},
		{"R1: a short ID number is a warning", row{"id_number": "1234"}, []string{"~2 id_number id_form_unusual"}},
		{"a passport has no check digit", row{"id_type": "护照", "id_number": "E12345678"}, nil},
		{"R2: a photo that is a path", row{"photo": "../x.jpg"}, []string{"2 photo name_unsafe"}},
		{"R2: a photo that is a path of Windows", row{"photo": `C:\x.jpg`}, []string{"2 photo name_unsafe"}},
		{"R2: no photo is told once, with the photos", row{"photo": ""}, nil},
		{"a novel in a cell", row{"name": strings.Repeat("李", 1001)}, []string{"2 name cell_too_long"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ReadOrders(orderCSV(good(c.change)), shanghai)
			wantProblems(t, got.Problems, c.want...)
			if rows := len(got.Rows); (rows == 0) != Failed(got.Problems) {
				t.Errorf("%d rows taken, failed is %v", rows, Failed(got.Problems))
			}
		})
	}
}

func TestValuesAreReadInTheirManyForms(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 7, day, hour, minute, 0, 0, shanghai) }
	grade := func(n int) func(exam.Registration) bool {
		return func(g exam.Registration) bool { return g.Grade == n }
	}
	opens := func(want time.Time) func(exam.Registration) bool {
		return func(g exam.Registration) bool { return g.Window.OpensAt.Equal(want) }
	}
	closes := func(want time.Time) func(exam.Registration) bool {
		return func(g exam.Registration) bool { return g.Window.ClosesAt.Equal(want) }
	}
	for _, c := range []struct {
		column, value string
		holds         func(exam.Registration) bool
	}{
		{"grade", "8", grade(8)}, {"grade", "8级", grade(8)}, {"grade", "八级", grade(8)}, {"grade", "八", grade(8)},
		{"grade", "１０", grade(10)}, {"grade", "十级", grade(10)}, {"grade", " 一 ", grade(1)},
		{"window_opens", "2026/7/1", opens(at(1, 0, 0))},
		{"window_opens", "2026年7月1日", opens(at(1, 0, 0))},
		{"window_opens", "2026年7月1日 9:30", opens(at(1, 9, 30))},
		{"window_opens", "2026-07-01 09:30:00", opens(at(1, 9, 30))},
		{"window_opens", "2026-07-01T01:30:00Z", opens(at(1, 9, 30))},
		{"window_opens", "20260701", opens(at(1, 0, 0))},
		{"window_closes", "2026.7.10", closes(at(11, 0, 0))},
		{"window_closes", "2026-07-10 24:00", closes(at(11, 0, 0))},
		{"window_closes", "2026-07-10 00:00", closes(at(10, 0, 0))},
		{"window_closes", "2026-07-10T18:00:00+08:00", closes(at(10, 18, 0))},
		{"id_number", "'110105 20160307 391X", func(g exam.Registration) bool { return g.IDNumber == "11010520160307391X" }},
		{"id_number", `="11010520160307391x"`, func(g exam.Registration) bool { return g.IDNumber == "11010520160307391x" }},
		{"id_type", "身份证", func(g exam.Registration) bool { return g.IDType == "居民身份证" }},
		{"ticket", " ２０２６a ", func(g exam.Registration) bool { return g.Ticket == "2026a" }},
		{"name", "'t Hooft\nAnna\u200b", func(g exam.Registration) bool { return g.Name == "'t Hooft Anna" }},
		{"pieces", "", func(g exam.Registration) bool { return g.Pieces == nil }},
		{"pieces", "小步舞曲; Prelude", func(g exam.Registration) bool {
			return cmp.Equal(g.Pieces, []exam.Piece{{Title: "小步舞曲"}, {Title: "Prelude"}})
		}},
		{"pieces", "乐曲：Sonata Op. 3: No. 2；；", func(g exam.Registration) bool {
			return cmp.Equal(g.Pieces, []exam.Piece{{Item: "乐曲", Title: "Sonata Op. 3: No. 2"}})
		}},
	} {
		t.Run(c.column+" "+c.value, func(t *testing.T) {
			got := ReadOrders(orderCSV(good(row{c.column: c.value})), shanghai)
			if len(got.Rows) != 1 || !c.holds(got.Rows[0].Registration) {
				t.Errorf("read as %+v, problems %v", got.Rows, got.Problems)
			}
		})
	}
}

// R1: a ticket is one order's; which of two rows is meant nobody can know.
func TestTwoRowsForOneTicketAreBothRefused(t *testing.T) {
	passport := func(n string, change row) row {
		r := good(row{"id_type": "护照", "id_number": "E" + n, "ticket": n})
		maps.Copy(r, change)
		return r
	}
	got := ReadOrders(orderCSV(
		passport("1", nil), passport("2", nil), passport("３", nil), passport("3", row{"grade": "99"}), passport("5", row{"id_number": "e2"}),
	), shanghai)
	wantProblems(t, got.Problems,
		"4 ticket ticket_twice", "5 grade grade_invalid", "5 ticket ticket_twice", "~6 subject order_twice")
	if got.Problems[0].Args["other"] != 5 || got.Problems[2].Args["other"] != 4 {
		t.Errorf("the twins do not name each other: %v", got.Problems)
	}
	var kept []int
	for _, r := range got.Rows {
		kept = append(kept, r.Number)
	}
	if diff := cmp.Diff([]int{2, 3, 6}, kept); diff != "" {
		t.Errorf("rows kept (-want +got):\n%s", diff)
	}
}

func TestFilesThatAreNoOrderListAreRefused(t *testing.T) {
	english, chinese := headings(orderColumns)
	plain := asCSV(chinese, english, good(nil))
	gb, _ := simplifiedchinese.GB18030.NewEncoder().Bytes(plain)
	without := slices.DeleteFunc(slices.Clone(english), func(c string) bool { return c == "grade" || c == "photo_taken" })
	for _, c := range []struct {
		name    string
		content []byte
		want    []string
	}{
		{"nothing", nil, []string{"0  file_empty"}},
		{"blank lines", []byte("\n \n,,\n"), []string{"0  file_empty"}},
		{"headings alone", asCSV(chinese, english), []string{"1  no_rows"}},
		{"a missing column", asCSV(without, without, good(nil)), []string{"1 grade column_missing"}},
		{"a column twice", asCSV(append(slices.Clone(chinese), "Grade"), append(slices.Clone(english), "grade"), good(nil)), []string{"1 grade column_twice"}},
		{"Latin-1", []byte("pr\xe9nom,na\xefve\n1,2\n"), []string{"0  encoding_unknown"}},
		{"GB18030 with a character that nobody has", bytes.ReplaceAll(gb, []byte("\xc0\xee\xd0\xa1\xc3\xf7"), []byte("\xc0\xee\xaa\xa1")), []string{"2 name cell_broken"}},
		{"an old workbook", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), []string{"0  old_excel"}},
		{"a quotation mark that is not closed", append(slices.Clone(plain), "\"2026,李"...), []string{"3  row_broken"}},
		{"a cut workbook", asXLSX(t, nil, good(nil))[:2000], []string{"0  file_broken"}},
		{"too many columns", []byte(strings.Repeat("x,", 300) + "\n"), []string{"0  file_too_large"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ReadOrders(c.content, shanghai)
			wantProblems(t, got.Problems, c.want...)
			if len(got.Rows) > 0 {
				t.Errorf("%d rows were taken", len(got.Rows))
			}
		})
	}
}

func TestAnUnknownColumnIsAWarning(t *testing.T) {
	english, _ := headings(orderColumns)
	got := ReadOrders(asCSV(append(slices.Clone(english), "fee"), append(slices.Clone(english), "fee"), good(nil)), shanghai)
	wantProblems(t, got.Problems, "~1  column_unknown")
}

// R3: a refusal by the exam's rules is reported with its row like the others.
func TestR3ARefusalByTheRulesIsReportedWithItsRow(t *testing.T) {
	for want, refused := range map[string]*refusal.Error{
		"row 7, 级别 grade: the order is registered for grade 3, the list says 4; a grade never changes, so give the new one a ticket of its own": refusal.New(exam.GradeChanged, "before", 3, "now", 4),
		"row 7, 级别 grade: «11» is no grade from 1 to 10; write 8, 8级, 八级 or 八":                                                                  refusal.New(exam.GradeInvalid, "grade", 11),
		"row 7, 级别 grade: reason_missing": refusal.New(exam.ReasonMissing),
	} {
		if got := FromExam(7, "grade", refused).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Every sentence says after what is wrong what to do, or what was done.
func TestEverySentenceNamesTheNextStep(t *testing.T) {
	for code, sentence := range sentences {
		if wrong, next, _ := strings.Cut(sentence, "; "); wrong == "" || next == "" {
			t.Errorf("%s: %q", code, sentence)
		}
	}
}

func FuzzReadOrders(f *testing.F) {
	english, chinese := headings(orderColumns)
	plain := asCSV(chinese, english, good(nil))
	gb, _ := simplifiedchinese.GB18030.NewEncoder().Bytes(plain)
	f.Add(plain)
	f.Add(gb)
	f.Add(orderCSV(good(row{"window_closes": "46000.5", "grade": "八", "photo": "../x"})))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte(strings.ReplaceAll(string(plain), ",", "\t")))
	f.Add([]byte("sep=;\r\n" + strings.ReplaceAll(string(plain), "\n", "\r")))
	f.Fuzz(func(t *testing.T, content []byte) {
		got := ReadOrders(content, shanghai)
		for _, r := range got.Rows {
			if err := r.Registration.Check(); err != nil {
				t.Errorf("a row was taken that the exam refuses: %v", err)
			}
			if r.PhotoFile != "" && !safeName(r.PhotoFile) {
				t.Errorf("the photo's name is a path: %q", r.PhotoFile)
			}
		}
		for _, p := range got.Problems {
			if p.String() == "" {
				t.Error("a problem without a sentence")
			}
		}
	})
}
