package staff

import (
	"context"
	"fmt"
	"strings"

	"kaodian/app/base/table"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// exportResults are the results as a workbook: a row of each order, then one of
// each item. It says both languages, because whoever gets it has no switch.
func (s *Server) exportResults(ctx context.Context, in *struct{ ResultFilter }) (*workbookOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	rows, err := s.Store.ListResults(ctx, scope)
	if err != nil {
		return nil, err
	}
	orders, items := resultSheets()
	for _, row := range rows {
		if row.Is(in.Sort) {
			orders.Rows = append(orders.Rows, resultCells(row))
			items.Rows = append(items.Rows, itemCells(row)...)
		}
	}
	args := map[string]any{"orders": len(orders.Rows)}
	if who := strings.TrimSpace(in.Who); who != "" {
		args["filter"] = who
	}
	if in.Sort != "" {
		args["sort"] = in.Sort
	}
	if in.Order != "" { // a list that was made is no fact of an order, which would travel: its ticket says whose it is
		args["tickets"] = ticketsOf(rows)
		in.Order = ""
	}
	if err := s.noteMade(ctx, store.ActionResultsExported, in.ScopeInput, args); err != nil {
		return nil, err
	}
	file, err := table.Write([]table.Sheet{orders, items})
	name := fmt.Sprintf(`attachment; filename="kaodian-results-%s.xlsx"`, s.Store.Now().Format("20060102-1504"))
	return &workbookOutput{Type: webkit.WorkbookType, Disposition: name, Body: file}, err
}

func ticketsOf(rows []store.ResultRow) []string {
	tickets := []string{}
	for _, row := range rows {
		tickets = append(tickets, row.Ticket)
	}
	return tickets
}

func resultSheets() (orders, items table.Sheet) {
	orders = table.Sheet{
		Name:   "成绩 Results",
		Heads:  []string{"准考证号 ticket", "姓名 name", "专业 subject", "级别 grade", "状态 status", "成绩 result", "原因 reason", "还缺什么 missing", "各位考官 examiners", "异常 irregularities", "已确认 confirmed", "名单 list", "与确认的不同 differs", "考生已看到 published"},
		Widths: []float64{18, 16, 14, 8, 26, 26, 30, 40, 40, 40, 26, 8, 10, 10},
	}
	items = table.Sheet{
		Name:   "各科目 Items",
		Heads:  []string{"准考证号 ticket", "姓名 name", "科目 item", "曲目 piece", "情况 state", "等级 level", "基本技巧 technique", "速度 tempo", "对作品的理解表达 interpretation"},
		Widths: []float64{18, 16, 16, 30, 30, 16, 16, 16, 16},
	}
	return orders, items
}

func resultCells(r store.ResultRow) []any {
	var missing []string
	for _, gap := range r.Gaps {
		missing = append(missing, gapWords[gap])
	}
	confirmed, list := exam.Outcome(""), ""
	if r.Confirmed != nil {
		confirmed, list = r.Confirmed.Outcome, fmt.Sprint(r.Confirmed.List)
	}
	return []any{
		r.Ticket, r.Name, r.Subject, r.Grade, statusWords[r.Status], outcomeWords[r.Outcome], r.Reason, strings.Join(missing, "；"), voiceWords(r), irregular(r.Irregularities),
		outcomeWords[confirmed], list, yes(r.Differs), yes(r.Confirmed != nil && r.Published == r.Confirmed.Revision),
	}
}

// voiceWords is what each of several examiners gave, and the chair.
func voiceWords(r store.ResultRow) string {
	var words []string
	for _, v := range voicesOf(r) {
		words = append(words, strings.TrimSpace(v.Examiner+" "+outcomeWords[exam.Outcome(v.Level)]))
	}
	if r.Chair != nil {
		words = append(words, fmt.Sprintf("考官组 committee (%s) %s", r.Chair.By.Name, outcomeWords[exam.Outcome(r.Chair.Level)]))
	}
	return strings.Join(words, "；")
}

func itemCells(r store.ResultRow) (rows [][]any) {
	for _, i := range r.Items {
		level := func(l exam.Level) string { return outcomeWords[exam.Outcome(l)] }
		rows = append(rows, []any{r.Ticket, r.Name, i.Name, i.Piece, itemStateWords[i.State], level(i.Level), level(i.Technique), level(i.Tempo), level(i.Interpretation)})
	}
	return rows
}

var outcomeWords = map[exam.Outcome]string{
	exam.Outcome(exam.LevelFail):      "不合格 fail",
	exam.Outcome(exam.LevelPass):      "合格 pass",
	exam.Outcome(exam.LevelGood):      "良好 good",
	exam.Outcome(exam.LevelExcellent): "优秀 excellent",
	exam.OutcomeAbsent:                statusWords[exam.StatusAbsent],
	exam.OutcomeForfeited:             statusWords[exam.StatusForfeited],
	exam.OutcomeDisqualified:          statusWords[exam.StatusDisqualified],
}

var gapWords = map[exam.Gap]string{
	exam.GapNotFinal: "考试还没结束 exam not over",
	exam.GapDecision: "决定等省里确认 decision waits for the province",
	exam.GapUnmarked: "还有科目没评 item not marked",
	exam.GapWhole:    "还没评总等级 whole order not marked",
	exam.GapVoice:    "还有考官没评完 another examiner has to mark",
	exam.GapThird:    "考官差得太多，还要一位 examiners differ, one more has to mark",
	exam.GapChair:    "由考官组决定 the committee decides",
}

var itemStateWords = map[exam.ItemState]string{
	exam.ItemMarked:     "已评 marked",
	exam.ItemUnmarked:   "没评 not marked",
	exam.ItemMissing:    "没有视频 no video",
	exam.ItemUnreadable: "视频打不开 cannot be opened",
	exam.ItemInvalid:    "视频无效 video invalid",
	exam.ItemUnmarkable: "考官不能评 examiner cannot mark it",
}
