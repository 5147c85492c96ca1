package exam

import (
	"slices"
	"time"
)

// Order is one candidate registered for one subject at one grade, with all
// that happened to it: the state that Apply changes.
type Order struct {
	ID string
	Registration
	Items     []ItemSpec
	Consent   Consent
	Attempts  []Attempt // oldest first
	Practice  []Attempt // practice runs that are not yet erased (R26)
	Decisions []Decision
	Marks     []Mark  // of every examiner, and the chair's (R21)
	Marking   Marking // under which they are given; zero of those of one examiner
	Recusals  []Recusal
	// Irregularities are what went wrong, as people noted it (R31).
	Irregularities []Irregularity
	CheckIns       []CheckIn // at the desk, oldest first; one at most stands
	// PracticedAt is when a practice run was last submitted, by the candidate
	// or with a clip by timeout; zero if never (R26).
	PracticedAt time.Time
	// WindowMovedAt is when staff last moved the window, zero if never (R22).
	WindowMovedAt time.Time
	// SealedAt is when the order went into a batch, zero before.
	SealedAt time.Time
}

// ItemSpec is one thing to record as the syllabus or the order's pieces ask for it.
type ItemSpec struct {
	Name  string
	Kind  ItemKind
	Piece string // what is to be played, "" where drawn or not told
	Drawn bool   // a question is drawn when the attempt starts (R9)
	Group string // of the items of one group, one is drawn (R9)
}

// ItemKind is the kind of an item.
type ItemKind string

// The kinds that a syllabus knows.
const (
	ItemPiece         ItemKind = "piece"
	ItemEtude         ItemKind = "etude"
	ItemBasic         ItemKind = "basic"
	ItemSightReading  ItemKind = "sight_reading"
	ItemAccompaniment ItemKind = "accompaniment"
)

// Consent is the answer to face recognition (R25).
type Consent struct {
	Answer   ConsentAnswer
	Guardian string // the guardian's name, under 14
	At       time.Time
}

// ConsentAnswer is "" until the candidate or the guardian answered.
type ConsentAnswer string

// The answers; who declines is identified at the desk with equal rights.
const (
	ConsentNone     ConsentAnswer = ""
	ConsentGiven    ConsentAnswer = "given"
	ConsentDeclined ConsentAnswer = "declined"
)

// Name is the answer, «none» before there is one.
func (a ConsentAnswer) Name() string {
	if a == ConsentNone {
		return "none"
	}
	return string(a)
}

// Attempt is one timed run at an order.
type Attempt struct {
	ID             string
	Number         int // 1, 2, 3 …; voided attempts keep theirs
	State          AttemptState
	StartedAt      time.Time
	Deadline       time.Time
	EndedAt        time.Time     // zero while running
	Limit          time.Duration // the countdown it started with
	Extra          time.Duration // extra time granted so far (R22)
	Grants         []string      // ids of the grants of extra time: each counts once
	Code           string        // four digits (R8)
	AcknowledgedAt time.Time     // when the code was revealed (R8), zero before
	Device         string        // the device that uploads, submits and resets (R10)
	RulesVersion   string        // the version that was agreed to (R6)
	VoidedFrom     AttemptState  // the state in which it was last voided (R22), "" if never
	Items          []Item
}

// AttemptState is the contract's state of an attempt.
type AttemptState string

// The states; auto_submitted may be true before it is written down (Expire).
const (
	Running       AttemptState = "running"
	Submitted     AttemptState = "submitted"
	AutoSubmitted AttemptState = "auto_submitted"
	Reset         AttemptState = "reset"
	Voided        AttemptState = "voided"
)

// Item is one thing to record in one attempt.
type Item struct {
	ID       string // stable within the attempt: its place, from "1"
	Name     string
	Kind     ItemKind
	Piece    string
	Question *Question // what was drawn (R9), nil where nothing is
	Clip     *Clip     // the one clip (R11), nil while there is none
	Former   []Clip    // those it replaced, oldest first, until it was looked at (R12)
}

// Question is an entry of the question bank 题库.
type Question struct {
	ID    string
	Title string
	File  string // SHA-256 of the stored score, "" where it is text only
	Type  string // media type of File
}

// Clip is the video of one item in one attempt.
type Clip struct {
	ID         string
	Name       string // the file's name as the phone told it; never a path
	Size       int64  // bytes
	ReceivedAt time.Time
	TakenIn    string // the staff account that took the file in at the desk, "" for the candidate's own upload
	Previewed  bool
	Opened     bool        // it was looked at and can be decoded
	Broken     bool        // it was looked at and holds no video that can be decoded (R14)
	Restored   bool        // one that had replaced it could not be opened (R12)
	Hearings   []Hearing   // the announcement's ticks (R33)
	Departures []Departure // from the recording requirements (R32)
}

// Clone copies the order deeply, so that a change to one leaves the other.
func (o Order) Clone() Order {
	o.Items = slices.Clone(o.Items)
	o.Pieces = slices.Clone(o.Pieces)
	o.Decisions = slices.Clone(o.Decisions)
	o.Marks = slices.Clone(o.Marks)
	o.Recusals = slices.Clone(o.Recusals)
	o.Irregularities = slices.Clone(o.Irregularities)
	o.CheckIns = slices.Clone(o.CheckIns)
	o.Attempts = cloneAttempts(o.Attempts)
	o.Practice = cloneAttempts(o.Practice)
	return o
}

func cloneAttempts(attempts []Attempt) []Attempt {
	attempts = slices.Clone(attempts)
	for i := range attempts {
		attempts[i].Grants = slices.Clone(attempts[i].Grants)
		attempts[i].Items = slices.Clone(attempts[i].Items)
		for j, item := range attempts[i].Items {
			if item.Clip != nil {
				attempts[i].Items[j].Clip = new(item.Clip.clone())
			}
			attempts[i].Items[j].Former = slices.Clone(item.Former)
			for n, former := range item.Former {
				attempts[i].Items[j].Former[n] = former.clone()
			}
		}
	}
	return attempts
}

func (c Clip) clone() Clip {
	c.Hearings = slices.Clone(c.Hearings)
	c.Departures = slices.Clone(c.Departures)
	return c
}

// FindAttempt returns the attempt or practice run with that id, nil if the
// order has none. The pointer is into the order.
func (o *Order) FindAttempt(id string) *Attempt {
	for _, list := range [][]Attempt{o.Attempts, o.Practice} {
		for i := range list {
			if list[i].ID == id {
				return &list[i]
			}
		}
	}
	return nil
}

// IsPractice says whether the id is one of the order's practice runs (R26).
func (o Order) IsPractice(id string) bool {
	return slices.ContainsFunc(o.Practice, func(a Attempt) bool { return a.ID == id })
}

// FindClip returns the item that holds the clip and its attempt, or nils.
func (o *Order) FindClip(id string) (*Attempt, *Item) {
	for _, list := range [][]Attempt{o.Attempts, o.Practice} {
		for i := range list {
			for j, item := range list[i].Items {
				if item.Clip != nil && item.Clip.ID == id {
					return &list[i], &list[i].Items[j]
				}
			}
		}
	}
	return nil, nil
}

// FindItem returns the item with that id, nil if the attempt has none.
func (a *Attempt) FindItem(id string) *Item {
	for i := range a.Items {
		if a.Items[i].ID == id {
			return &a.Items[i]
		}
	}
	return nil
}

// Clips counts the items that have a clip.
func (a Attempt) Clips() int {
	count := 0
	for _, item := range a.Items {
		if item.Clip != nil {
			count++
		}
	}
	return count
}

// Unreadable names the items of the order's last attempt whose file holds no
// video: the candidate has to hear it wherever the order is shown (R14).
func (o Order) Unreadable() []string {
	last := o.current()
	if last == nil {
		return nil
	}
	var names []string
	for _, item := range last.Items {
		if item.Clip != nil && item.Clip.Broken {
			names = append(names, item.Name)
		}
	}
	return names
}

// Videos counts the clips that may be videos: a file in which nothing can be
// decoded is none, one that could not be looked at yet is (R14).
func (a Attempt) Videos() int {
	count := 0
	for _, item := range a.Items {
		if item.Clip != nil && !item.Clip.Broken {
			count++
		}
	}
	return count
}

// StateAt is the state at now: a running attempt whose deadline has come is
// submitted by timeout (R16), whether or not that was written down yet.
func (a Attempt) StateAt(now time.Time) AttemptState {
	if a.State == Running && !now.Before(a.Deadline) {
		return AutoSubmitted
	}
	return a.State
}

// EndAt is when the attempt had ended by now, zero while it runs: at its
// deadline (R16) before that is written down.
func (a Attempt) EndAt(now time.Time) time.Time {
	if a.EndedAt.IsZero() && a.StateAt(now) == AutoSubmitted {
		return a.Deadline
	}
	return a.EndedAt
}

// RanAt says whether the attempt ran at t: staff give extra time to all that
// ran when something happened (R22).
func (a Attempt) RanAt(t time.Time) bool {
	end := a.Deadline
	if !a.EndedAt.IsZero() {
		end = a.EndedAt
	}
	return !t.Before(a.StartedAt) && t.Before(end)
}

// LastShown is when a clock last showed that time of day (15:04), as staff say
// when something happened (R22); now for what is no time of day.
func LastShown(clock string, now time.Time) time.Time {
	of, err := time.Parse("15:04", clock)
	if err != nil {
		return now
	}
	moment := time.Date(now.Year(), now.Month(), now.Day(), of.Hour(), of.Minute(), 0, 0, now.Location())
	if moment.After(now) {
		moment = moment.AddDate(0, 0, -1)
	}
	return moment
}

// current is the last attempt that counts, nil if none does.
func (o *Order) current() *Attempt {
	for i := len(o.Attempts) - 1; i >= 0; i-- {
		if o.Attempts[i].State != Voided {
			return &o.Attempts[i]
		}
	}
	return nil
}

// Last is the last attempt that counts, nil if none does.
func (o Order) Last() *Attempt { return o.current() }

// AttemptsUsed counts the attempts that count against the three (R7, R22).
func (o Order) AttemptsUsed() int {
	return o.countNot(Voided)
}

func (o Order) countNot(state AttemptState) int {
	count := 0
	for _, a := range o.Attempts {
		if a.State != state {
			count++
		}
	}
	return count
}

// Travels says whether the attempt's clips go to the province: those of a
// submitted or timed-out attempt. Of any other only the record does (R16).
func (a Attempt) Travels(now time.Time) bool {
	state := a.StateAt(now)
	return state == Submitted || state == AutoSubmitted
}
