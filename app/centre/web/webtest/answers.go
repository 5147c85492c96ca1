package webtest

import (
	"time"

	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// Order is what a test reads of an order.
type Order struct {
	ID, Subject, Centre, Reason string
	Status                      exam.Status
	Invalid                     []struct{ Item, Reason string }
	ResetsLeft                  int       `json:"resets_left"`
	ResetUntil                  time.Time `json:"reset_until"`
	AttemptsUsed                int       `json:"attempts_used"`
	Clips                       int
	ClipsWanted                 int `json:"clips_wanted"`
	Practiced                   bool
	PracticeID                  string `json:"practice_id"`
	Photo, Compares             bool
}

// Attempt is what a test reads of an attempt.
type Attempt struct {
	ID            string
	OrderID       string `json:"order_id"`
	SubjectPinyin string `json:"subject_pinyin"`
	Number        int
	Practice      bool
	State         exam.AttemptState
	Code          string
	StartedAt     time.Time `json:"started_at"`
	Deadline      time.Time
	EndedAt       time.Time `json:"ended_at"`
	ServerTime    time.Time `json:"server_time"`
	Holds         bool
	Extra         []Extra
	Items         []Item
}

// Extra is extra time that an attempt was given.
type Extra struct {
	Seconds  int
	Until    time.Time
	Reason   string
	Reopened bool
}

// Item is one of an attempt.
type Item struct {
	ID, Name, Pinyin string
	Clip             *Clip
	Receiving        *shared.ReceivingBody
}

// Clip is what a test reads of a candidate's clip.
type Clip struct {
	ID             string
	State          exam.ClipState
	Size           int64
	Hints, Good    []string
	LengthMs       int64 `json:"length_ms"`
	Thumbnail      bool
	ReadySeconds   int `json:"ready_in_seconds"`
	CheckedSeconds int `json:"checked_in_seconds"`
}
