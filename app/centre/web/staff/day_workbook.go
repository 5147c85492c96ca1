package staff

import (
	"context"
	"fmt"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/table"
	"kaodian/app/exam"
)

type workbookOutput struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// exportDay is the day as a workbook: the numbers, then everybody. It says
// both languages, because whoever gets it has no switch.
func (s *Server) exportDay(ctx context.Context, in *dayInput) (*workbookOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	outcomes, err := s.Store.Reckon(ctx, scope)
	if err != nil {
		return nil, err
	}
	if err := s.noteMade(ctx, store.ActionDayExported, in.ScopeInput, map[string]any{"orders": len(outcomes)}); err != nil {
		return nil, err
	}
	day := s.dayBodyOf(outcomes)
	file, err := table.Write([]table.Sheet{s.numbersSheet(day), s.candidatesSheet(outcomes)})
	name := fmt.Sprintf(`attachment; filename="kaodian-%s.xlsx"`, day.At.Format("20060102-1504"))
	return &workbookOutput{Type: workbookType, Disposition: name, Body: file}, err
}

var statusWords = map[exam.Status]string{
	exam.StatusSubmitted:     "已提交 submitted",
	exam.StatusAutoSubmitted: "自动提交 submitted by timeout",
	exam.StatusAbsent:        "缺考 absent",
	exam.StatusForfeited:     "自动弃权 forfeited",
	exam.StatusDisqualified:  "取消考级资格 disqualified",
	exam.StatusRunning:       "考试中 running",
	exam.StatusOpen:          "可以考试 open",
	exam.StatusWaiting:       "还没开始 waiting",
}

var travelWords = map[store.Travel]string{
	store.TravelNone:     "未报送 not sent",
	store.TravelBatch:    "已打包，等回执 waits for its receipt",
	store.TravelReceived: "省里已收 received",
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
			"作废 voided", "开始 started", "结束 ended", "视频 videos", "科目 items", "补时（分钟）extra minutes", "现场核验身份 identified at the desk", "取消资格原因 reason", "无效视频 invalid videos", "报送 travel",
		},
		Widths: []float64{18, 16, 14, 8, 20, 20, 26, 10, 10, 20, 20, 8, 8, 12, 14, 30, 10, 24},
	}
	for _, o := range outcomes {
		sheet.Rows = append(sheet.Rows, []any{
			o.Ticket, o.Name, o.Subject, o.Grade, written(o.Window.OpensAt), written(o.Window.ClosesAt), statusWords[o.Status], o.Attempts,
			o.Voided, written(o.StartedAt), written(o.EndedAt), o.Clips, o.Items, int(o.Extra.Minutes()), yes(o.Has(store.NoticeDesk)), o.Disqualified, o.InvalidClips, travelWords[o.Travel],
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

func yes(b bool) string {
	if b {
		return "是 yes"
	}
	return ""
}
