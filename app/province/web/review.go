package web

import (
	"time"

	"kaodian/app/exam"
	"kaodian/app/province/store"
)

// clipReviewBody is what people at the centre said of a clip; the words are the
// centre's and are shown as they came.
type clipReviewBody struct {
	CodeAt         time.Time          `json:"code_at,omitzero" doc:"When the code was shown (R33)"`
	Announcement   []tickBody         `json:"announcement" doc:"What was heard of it (R33)"`
	Departures     []departureBody    `json:"departures" doc:"From the recording requirements (R32)"`
	Marks          []markBody         `json:"marks" doc:"Of the item, then of the order as a whole (R21)"`
	Decisions      []decisionBody     `json:"decisions" doc:"Of the clip, and of the order as a whole (R20)"`
	Irregularities []irregularityBody `json:"irregularities" doc:"Of the whole order, oldest first; those taken back among them (R31)"`
}

type irregularityBody struct {
	Category    string    `json:"category"`
	Remark      string    `json:"remark,omitempty"`
	Role        exam.Role `json:"role" doc:"Of who noted it"`
	By          string    `json:"by,omitempty"`
	At          time.Time `json:"at"`
	Whole       bool      `json:"whole" doc:"Of the order as a whole, not of one attempt"`
	ThisAttempt bool      `json:"this_attempt" doc:"In the attempt that the clip is of"`
	UndoneAt    time.Time `json:"undone_at,omitzero" doc:"When the centre took it back"`
	UndoneBy    string    `json:"undone_by,omitempty"`
	UndoneFor   string    `json:"undone_for,omitempty"`
}

func irregularitiesOf(c store.Clip) []irregularityBody {
	all := []irregularityBody{}
	for _, i := range c.Review.Irregularities {
		all = append(all, irregularityBody{
			Category: i.Category, Remark: i.Remark, Role: i.By.Role, By: i.By.Name, At: i.At,
			Whole: i.AttemptID == "", ThisAttempt: i.AttemptID == c.AttemptID,
			UndoneAt: i.UndoneAt, UndoneBy: i.UndoneBy, UndoneFor: i.UndoneFor,
		})
	}
	return all
}

type decisionBody struct {
	Kind      exam.DecisionKind `json:"kind"`
	Reason    string            `json:"reason"`
	By        string            `json:"by"`
	At        time.Time         `json:"at"`
	Pending   bool              `json:"pending" doc:"Reported: it holds when the province confirms it"`
	UndoneAt  time.Time         `json:"undone_at,omitzero" doc:"When the centre took it back"`
	UndoneBy  string            `json:"undone_by,omitempty"`
	UndoneFor string            `json:"undone_for,omitempty"`
}

func decisionOf(d store.Decision) decisionBody {
	return decisionBody{
		Kind: d.Kind, Reason: d.Reason, By: d.By.Name, At: d.At, Pending: d.Pending,
		UndoneAt: d.UndoneAt, UndoneBy: d.UndoneBy, UndoneFor: d.UndoneFor,
	}
}

type tickBody struct {
	Part  exam.Part  `json:"part"`
	Heard exam.Heard `json:"heard"`
	By    string     `json:"by"`
	At    time.Time  `json:"at"`
}

type departureBody struct {
	Category string    `json:"category"`
	Ms       *int64    `json:"ms,omitempty" doc:"From the clip's start"`
	Remark   string    `json:"remark,omitempty"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

type markBody struct {
	Whole          bool       `json:"whole" doc:"Of the order, not of the clip's item"`
	Chair          bool       `json:"chair,omitempty" doc:"The chair's word, which counts whatever the examiners gave"`
	Technique      exam.Level `json:"technique,omitempty"`
	Tempo          exam.Level `json:"tempo,omitempty"`
	Interpretation exam.Level `json:"interpretation,omitempty"`
	Level          exam.Level `json:"level"`
	Remarks        string     `json:"remarks,omitempty"`
	By             string     `json:"by"`
	At             time.Time  `json:"at"`
}

func clipReviewOf(c store.Clip) clipReviewBody {
	body := clipReviewBody{CodeAt: c.CodeAt, Announcement: []tickBody{}, Departures: []departureBody{}, Marks: []markBody{}, Decisions: []decisionBody{}, Irregularities: irregularitiesOf(c)}
	for _, part := range exam.Parts {
		for _, h := range c.Review.Hearings {
			if h.Part == part {
				body.Announcement = append(body.Announcement, tickBody{Part: h.Part, Heard: h.Heard, By: h.By.Name, At: h.At})
			}
		}
	}
	for _, d := range c.Review.Departures {
		departure := departureBody{Category: d.Category, Remark: d.Remark, By: d.By.Name, At: d.At}
		if d.Moment != nil {
			departure.Ms = new(d.Moment.Milliseconds())
		}
		body.Departures = append(body.Departures, departure)
	}
	for _, m := range c.Review.Marks {
		body.Marks = append(body.Marks, markBody{
			Whole: m.ItemID == "", Chair: m.Round == exam.ChairRound, Technique: m.Technique, Tempo: m.Tempo, Interpretation: m.Interpretation,
			Level: m.Level, Remarks: m.Remarks, By: m.By.Name, At: m.At,
		})
	}
	for _, d := range c.Review.Decisions {
		body.Decisions = append(body.Decisions, decisionOf(d))
	}
	return body
}
