package roster

import (
	"strings"
	"unicode"

	"kaodian/app/exam"
)

// column is one heading of a list: English is its name everywhere, Chinese
// is what associations write.
type column struct {
	english, chinese string
	required         bool // the column must be there
}

// The contract's columns.
var (
	orderColumns = []column{
		{"ticket", "准考证号", true}, {"name", "姓名", true}, {"pinyin", "拼音", true}, {"gender", "性别", true},
		{"birth_date", "出生日期", true}, {"id_type", "证件类型", true}, {"id_number", "证件号码", true},
		{"guardian_address", "通讯地址", true}, {"phone", "电话", true}, {"subject", "专业", true}, {"grade", "级别", true},
		{"window_opens", "上传开始", true}, {"window_closes", "上传结束", true}, {"pieces", "曲目", true},
		{"photo", "照片", true}, {"photo_taken", "照片日期", false},
	}
	syllabusColumns = []column{
		{"subject", "专业", true}, {"grades", "级别", true}, {"item", "科目", true}, {"kind", "类型", true},
		{"drawn", "抽题", true}, {"group", "组", false},
	}
	bankColumns = []column{
		{"subject", "专业", true}, {"grades", "级别", true}, {"item", "科目", true}, {"title", "题目", true}, {"file", "文件", true},
	}
)

// label is how a column is named to a person: both headings.
func label(english string) string {
	for _, columns := range [][]column{orderColumns, syllabusColumns, bankColumns} {
		for _, c := range columns {
			if c.english == english {
				return c.chinese + " " + c.english
			}
		}
	}
	return english
}

// foldHeading makes headings comparable: no case, width, spaces or marks of
// obligation («姓名*», «Birth Date», «级别（必填）»).
func foldHeading(text string) string {
	text = exam.FoldID(clean(text))
	text, _, _ = strings.Cut(text, "(")
	text = strings.Trim(text, "* :")
	text = strings.ReplaceAll(text, " ", "_")
	text = strings.ReplaceAll(text, "-", "_")
	if isChinese(text) {
		text = strings.ReplaceAll(text, "_", "")
	}
	return text
}

func isChinese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// findColumn returns the English name of a heading, "" for an unknown one.
func findColumn(columns []column, heading string) string {
	folded := foldHeading(heading)
	for _, c := range columns {
		if folded == c.english || folded == c.chinese {
			return c.english
		}
	}
	return ""
}

// columnMap tells at which place a column stands.
type columnMap map[string]int

// mapColumns reads the row of the headings.
func mapColumns(columns []column, head line) (columnMap, []Problem) {
	places := columnMap{}
	var problems []Problem
	for i, c := range head.cells {
		heading := clean(c.text)
		if heading == "" {
			continue
		}
		name := findColumn(columns, heading)
		_, known := places[name]
		switch {
		case name == "":
			problems = append(problems, Problem{Row: head.number, Code: ColumnUnknown, Args: map[string]any{"heading": shorten(heading)}, Warning: true})
		case known:
			problems = append(problems, Problem{Row: head.number, Column: name, Code: ColumnTwice, Args: map[string]any{"heading": label(name)}})
		default:
			places[name] = i
		}
	}
	for _, c := range columns {
		if _, found := places[c.english]; c.required && !found {
			problems = append(problems, Problem{Row: head.number, Column: c.english, Code: ColumnMissing, Args: map[string]any{"heading": label(c.english)}})
		}
	}
	return places, problems
}

// maxHeading is far more than any; a longer cell is not looked at.
const maxHeading = 200

// countHeadings counts the known headings of a row.
func countHeadings(columns []column, l line) int {
	count := 0
	for _, c := range l.cells {
		if len(c.text) < maxHeading && findColumn(columns, c.text) != "" {
			count++
		}
	}
	return count
}
