package staff

import (
	"context"

	"kaodian/app/exam"
)

type examinersInput struct{ ScopeInput }

type examinersOutput struct{ Body examinersBody }

type examinersBody struct {
	Examiners []examinerBody `json:"examiners" doc:"By their names"`
}

type examinerBody struct {
	Name      string  `json:"name"`
	Orders    int     `json:"orders" doc:"Marked as a whole"`
	Excellent int     `json:"excellent"`
	Good      int     `json:"good"`
	Pass      int     `json:"pass"`
	Fail      int     `json:"fail"`
	Common    int     `json:"common" doc:"Orders that another examiner marked too"`
	Equal     int     `json:"equal" doc:"Of these, where all gave the same level"`
	Apart     float64 `json:"apart" doc:"Levels above the others of the common orders, on average; below 0 is stricter"`
	Drift     float64 `json:"drift" doc:"Levels by which the later half of a day's marks is above the earlier one, on average"`
	Days      int     `json:"days" doc:"Days with marks enough to tell the drift"`
}

// listExaminers says how examiners mark beside each other (R21); it decides nothing.
func (s *Server) listExaminers(ctx context.Context, in *examinersInput) (*examinersOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	records, err := s.Store.ListExaminers(ctx, scope)
	body := examinersBody{Examiners: []examinerBody{}}
	for _, r := range records {
		body.Examiners = append(body.Examiners, examinerBody{
			Name: r.Examiner, Orders: r.Orders,
			Excellent: r.Levels[exam.LevelExcellent], Good: r.Levels[exam.LevelGood], Pass: r.Levels[exam.LevelPass], Fail: r.Levels[exam.LevelFail],
			Common: r.Common, Equal: r.Equal, Apart: r.Apart, Drift: r.Drift, Days: r.Days,
		})
	}
	return &examinersOutput{Body: body}, err
}
