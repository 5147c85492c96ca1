package staff

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/table"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type workbookOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// exportDay is the day as a workbook: the numbers, then everybody, then
// what people did. It says both languages, because whoever gets it has no switch.
func (s *Server) exportDay(ctx context.Context, in *dayInput) (*workbookOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	record, err := s.Store.RecordDay(ctx, scope)
	if err != nil {
		return nil, err
	}
	if err := s.noteMade(ctx, store.ActionDayExported, in.ScopeInput, map[string]any{"orders": len(record.Outcomes)}); err != nil {
		return nil, err
	}
	day := s.dayBodyOf(record.Outcomes, record.Voided)
	file, err := table.Write([]table.Sheet{s.numbersSheet(day), s.candidatesSheet(record.Outcomes), eventsSheet(record)})
	name := fmt.Sprintf(`attachment; filename="kaodian-%s.xlsx"`, day.At.Format("20060102-1504"))
	return &workbookOutput{Type: webkit.WorkbookType, Disposition: name, Body: file}, err
}

func (s *Server) numbersSheet(day dayBody) table.Sheet {
	sheet := table.Sheet{Name: "合计 Numbers", Heads: []string{"项目 what", "数量 count"}, Widths: []float64{44, 16}}
	sheet.Rows = append(sheet.Rows,
		[]any{"考点 centre", day.Centre},
		[]any{"统计时间 at", day.At.Format(time.DateTime)},
		[]any{"报名 registered", day.Registered},
	)
	for _, one := range day.Counts {
		sheet.Rows = append(sheet.Rows, []any{statusWords[one.Status], one.Count})
	}
	sheet.Rows = append(sheet.Rows, []any{"差额 difference", day.Difference})
	return sheet
}

func (s *Server) candidatesSheet(outcomes []store.Standing) table.Sheet {
	sheet := table.Sheet{
		Name: "考生 Candidates",
		Heads: []string{
			"准考证号 ticket", "姓名 name", "专业 subject", "级别 grade", "上传开始 window opens", "上传结束 window closes", "状态 status", "考试次数 attempts",
			"作废 voided", "开始 started", "结束 ended", "视频 videos", "科目 items", "补时（分钟）extra minutes", "要现场核验身份 to be identified at the desk", "取消资格原因 reason", "无效视频 invalid videos", "异常 irregularities", "报送 travel", "应急订单 emergency order", "重置 reset",
		},
		Widths: []float64{18, 16, 14, 8, 20, 20, 26, 10, 10, 20, 20, 8, 8, 12, 14, 30, 10, 40, 24, 14, 8},
	}
	for _, o := range outcomes {
		sheet.Rows = append(sheet.Rows, []any{
			o.Ticket, o.Name, o.Subject, o.Grade, written(o.Window.OpensAt), writtenEnd(o.Window.ClosesAt), statusWords[o.Status], o.Attempts,
			o.Voided, written(o.StartedAt), written(o.EndedAt), o.Clips, o.Items, int(o.Extra.Minutes()), yes(o.Has(store.NoticeDesk)), o.Disqualified, o.InvalidClips, irregular(o.Irregularities), travelWords[o.Travel], yes(o.Emergency), o.Reset,
		})
	}
	return sheet
}

func written(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateTime)
}

// writtenEnd is the end of a window; midnight is written as the end of its day,
// as the pages and the ticket say it.
func writtenEnd(t time.Time) string {
	if t.IsZero() || t.Format(time.TimeOnly) != "00:00:00" {
		return written(t)
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly) + " 24:00:00"
}

func irregular(all []exam.Irregularity) string {
	var said []string
	for _, one := range all {
		text := wordOf(irregularityWords, one.Category)
		if one.Remark != "" {
			text += "：" + one.Remark
		}
		if !one.UndoneAt.IsZero() {
			text += takenBack
		}
		said = append(said, text)
	}
	return strings.Join(said, "；")
}

func eventsSheet(record store.DayRecord) table.Sheet {
	sheet := table.Sheet{
		Name:   "经过 What people did",
		Heads:  []string{"时间 when", "准考证号 ticket", "姓名 name", "事项 what", "原因 reason", "经手人 by"},
		Widths: []float64{20, 18, 16, 50, 50, 16},
	}
	for _, one := range dayVoidsOf(record.Voided) {
		sheet.Rows = append(sheet.Rows, []any{written(one.At), "", "", voidedDay(one), one.Reason, one.By + "；确认 confirmed by " + one.ConfirmedBy})
	}
	orders := map[string]store.Standing{}
	for _, one := range record.Outcomes {
		orders[one.OrderID] = one
	}
	for _, one := range interventionsOf(record) {
		order := orders[one.OrderID]
		sheet.Rows = append(sheet.Rows, []any{written(one.At), order.Ticket, order.Name, happened(one), one.Reason, byWord(one)})
	}
	return sheet
}

func voidedDay(one dayVoidBody) string {
	text := fmt.Sprintf("全天考试作废 whole day voided · %s · %d 次 attempts · %d 人 candidates", one.Day, one.Attempts, one.Candidates)
	if one.Refused > 0 {
		text += fmt.Sprintf(" · 已打包，没有作废 in a batch, not voided: %d", one.Refused)
	}
	if one.Waiting > 0 {
		text += fmt.Sprintf(" · 还没做完 still to be voided: %d", one.Waiting)
	}
	if one.Undone > 0 {
		text += fmt.Sprintf(" · 已撤销 taken back: %d", one.Undone)
	}
	return text
}

func happened(one interventionBody) string {
	text := wordOf(actionWords, string(one.Action))
	switch {
	case one.Category != "":
		text += " · " + wordOf(irregularityWords, one.Category)
	case one.Kind != "":
		text += " · " + wordOf(decisionWords, one.Kind)
	case one.Minutes > 0:
		text += fmt.Sprintf(" · %d 分钟 min", one.Minutes)
	}
	switch {
	case one.Undone && one.Action == audit.Action(exam.FactClipSetAside):
		text += countsAgain
	case one.Undone:
		text += takenBack
	}
	return text
}

func byWord(one interventionBody) string {
	if one.By == "" && one.Role == exam.ByProvince {
		return "省里 province"
	}
	return one.By
}

func yes(b bool) string {
	if b {
		return "是 yes"
	}
	return ""
}
