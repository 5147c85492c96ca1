package roster

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"kaodian/app/exam"
)

// column is one heading of a list: English is its name everywhere, Chinese
// is what associations write. Others are what some write instead: they count
// only where the column is not there under its own name.
type column struct {
	english, chinese string
	required         bool // the column must be there
	others           []string
}

// The contract's columns.
var (
	orderColumns = []column{
		{"ticket", "准考证号", true, []string{"准考证号码", "准考证", "准考证编号", "ticket_number"}},
		{"name", "姓名", true, []string{"考生姓名", "学生姓名"}},
		{"pinyin", "拼音", true, []string{"姓名拼音", "拼音姓名"}},
		{"gender", "性别", true, []string{"sex"}},
		{"birth_date", "出生日期", true, []string{"出生年月日", "生日", "date_of_birth"}},
		{"id_type", "证件类型", true, []string{"证件类别", "证件种类"}},
		{"id_number", "证件号码", true, []string{"证件号", "身份证号", "身份证号码"}},
		{"guardian_address", "通讯地址", true, []string{"家长地址", "联系地址", "家庭地址", "家庭住址", "监护人地址", "地址", "address"}},
		{"phone", "电话", true, []string{"联系电话", "手机", "手机号", "手机号码", "电话号码", "家长电话", "phone_number"}},
		{"subject", "专业", true, []string{"考级专业", "报考专业"}},
		{"grade", "级别", true, []string{"考级级别", "报考级别"}},
		{"window_opens", "上传开始", true, []string{"上传开始时间", "上传视频开始时间"}},
		{"window_closes", "上传结束", true, []string{"上传结束时间", "上传视频结束时间"}},
		{"pieces", "曲目", true, []string{"考试曲目", "演奏曲目"}},
		{"photo", "照片", true, []string{"照片文件", "照片文件名"}},
		{"photo_taken", "照片日期", false, []string{"照片拍摄日期"}},
	}
	syllabusColumns = []column{
		{"subject", "专业", true, nil}, {"grades", "级别", true, nil}, {"item", "科目", true, nil}, {"kind", "类型", true, nil},
		{"drawn", "抽题", true, nil}, {"group", "组", false, nil},
	}
	bankColumns = []column{
		{"subject", "专业", true, nil}, {"grades", "级别", true, nil}, {"item", "科目", true, nil}, {"title", "题目", true, nil}, {"file", "文件", true, nil},
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

// is says whether a folded heading is the column's own name, in either language
// or in both.
func (c column) is(folded string) bool {
	return folded == c.english || folded == c.chinese || folded == c.chinese+strings.ReplaceAll(c.english, "_", "")
}

// findColumn returns the English name of a heading, "" for an unknown one.
// others says whether what some write instead counts too.
func findColumn(columns []column, heading string, others bool) string {
	folded := foldHeading(heading)
	for _, c := range columns {
		if c.is(folded) || others && slices.Contains(c.others, folded) {
			return c.english
		}
	}
	return ""
}

// columnMap tells at which place a column stands.
type columnMap map[string]int

// mapColumns reads the row of the headings: the columns' own names first.
func mapColumns(columns []column, head line) (columnMap, []Problem) {
	places := columnMap{}
	var problems []Problem
	rest := map[int]string{}
	for i, c := range head.cells {
		heading := clean(c.text)
		if heading == "" {
			continue
		}
		name := findColumn(columns, heading, false)
		_, known := places[name]
		switch {
		case name == "":
			rest[i] = heading
		case known:
			problems = append(problems, Problem{Row: head.number, Column: name, Code: ColumnTwice, Args: map[string]any{"heading": label(name)}})
		default:
			places[name] = i
		}
	}
	for _, i := range slices.Sorted(maps.Keys(rest)) {
		name := findColumn(columns, rest[i], true)
		if _, known := places[name]; known || name == "" {
			problems = append(problems, Problem{Row: head.number, Code: ColumnUnknown, Args: map[string]any{"heading": shorten(rest[i])}, Warning: true})
			continue
		}
		places[name] = i
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
		if len(c.text) < maxHeading && findColumn(columns, c.text, true) != "" {
			count++
		}
	}
	return count
}
