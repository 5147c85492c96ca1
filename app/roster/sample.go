package roster

import (
	"time"

	"kaodian/app/exam"
)

// Need says what a list must have of a column.
type Need string

// The needs.
const (
	NeedCell   Need = "cell"   // every row fills it in
	NeedColumn Need = "column" // it is there; a cell may be empty
	NeedNot    Need = "not"    // it may be missing
)

// Heading is one column of an order list as whoever writes one needs it.
type Heading struct {
	English, Chinese string
	Need             Need
	Example          string
}

// Label is the heading in both languages, which a list may have too.
func (h Heading) Label() string { return label(h.English) }

// OrderHeadings are the columns of an order list, each with an example: a row
// that is good when it is taken in at now.
func OrderHeadings(now time.Time) []Heading {
	examples := exampleRow(now)
	var list []Heading
	for _, c := range orderColumns {
		need := NeedColumn
		switch {
		case !c.required:
			need = NeedNot
		case filled[c.english]:
			need = NeedCell
		}
		list = append(list, Heading{English: c.english, Chinese: c.chinese, Need: need, Example: examples[c.english]})
	}
	return list
}

// filled are the columns whose cells reader.order asks for.
var filled = map[string]bool{
	"ticket": true, "name": true, "id_type": true, "id_number": true, "subject": true, "grade": true, "window_opens": true, "window_closes": true,
}

func exampleRow(now time.Time) map[string]string {
	const week = 7
	opens := now.AddDate(0, 0, week)
	return map[string]string{
		"ticket":           "KD2026001",
		"name":             "示例考生",
		"pinyin":           "Shili Kaosheng",
		"gender":           "女",
		"birth_date":       "2015-05-06",
		"id_type":          ResidentID,
		"id_number":        "110101201505060040",
		"guardian_address": "某市某区某路 9 号",
		"phone":            "13800000000",
		"subject":          "钢琴",
		"grade":            "三级",
		"window_opens":     exam.DateOf(opens).String() + " 09:00",
		"window_closes":    exam.DateOf(opens.AddDate(0, 0, week)).String(),
		"pieces":           "练习曲：车尔尼 599 第 38 条；乐曲：小步舞曲",
		"photo":            "KD2026001.jpg",
		"photo_taken":      exam.DateOf(now.AddDate(0, -1, 0)).String(),
	}
}
