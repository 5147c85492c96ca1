package staff

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/bodies"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// The review is the same page for staff and examiners. What an examiner must
// not know is the exam's to say, and it is left out here, never by the page (R21).

// examinerOf is the examiner who asks and must not see who plays, "" for staff.
func examinerOf(ctx context.Context) string {
	if who := access.Of(ctx); who.Role == store.Examiner {
		return who.Session.Subject
	}
	return ""
}

// reviewedOrder returns the order of a clip that the caller may look at.
func (s *Server) reviewedOrder(ctx context.Context, clipID string) (exam.Order, error) {
	if examiner := examinerOf(ctx); examiner != "" {
		return s.Store.FindExaminersOrder(ctx, clipID, examiner)
	}
	return s.Store.FindClipOrder(ctx, clipID)
}

// reviewBody is a clip with all that a reviewer sees and said of it.
type reviewBody struct {
	ReviewRow
	AttemptID     string               `json:"attempt_id"`
	AttemptNumber int                  `json:"attempt_number"`
	ItemID        string               `json:"item_id"`
	CodeAt        time.Time            `json:"code_at,omitzero" doc:"When the code was shown (R8)"`
	StartedAt     time.Time            `json:"started_at"`
	Question      string               `json:"question,omitempty" doc:"What was drawn (R9)"`
	Score         bool                 `json:"score" doc:"…/question is the drawn score"`
	Type          string               `json:"type,omitempty"`
	Rendition     bool                 `json:"rendition"`
	Playable      bool                 `json:"playable" doc:"Every phone can play the original"`
	TakenIn       string               `json:"taken_in_by,omitempty" doc:"The staff account that took the file in at the desk, by cable or card"`
	FreedAt       time.Time            `json:"freed_at,omitzero" doc:"The video was deleted here after the province had received it"`
	Sheet         *sheetBody           `json:"sheet,omitempty" doc:"The contact sheet at …/sheet; its pictures also serve as thumbnails"`
	Findings      []bodies.FindingBody `json:"findings"`
	Closed        refusal.Code         `json:"closed,omitempty" doc:"Why nothing can be ticked or marked (any more)"`
	Announcement  []hearingBody        `json:"announcement" doc:"All five parts (R33)"`
	Categories    []string             `json:"categories" doc:"Of the recording requirements of the subject (R32)"`
	Departures    []departureBody      `json:"departures"`
	Decisions     []decisionBody       `json:"decisions"`
	Items         []reviewItemBody     `json:"items" doc:"Of the same attempt"`
	Marks         []markBody           `json:"marks" doc:"An examiner sees its own only; an invigilator and a technician none before the result is published"`
	MarksKept     bool                 `json:"marks_kept,omitempty" doc:"The marks are not the caller's to read before the result is published"`
	Drafts        []markBody           `json:"drafts" doc:"The caller's own"`
	Unmarkable    *unmarkableBody      `json:"unmarkable,omitempty" doc:"An examiner cannot mark the clip: it waits for the desk"`
	MarkClosed    refusal.Code         `json:"mark_closed,omitempty" doc:"Why the examiner who asks gives this order no mark"`
	Markers       int                  `json:"markers,omitempty" doc:"How many examiners mark the order, where it is more than one; administrators read it"`
	MarkGap       exam.Gap             `json:"mark_gap,omitempty" enum:"voice_missing,voices_differ,chair" doc:"What keeps them from a level; administrators read it"`
	Chair         *markBody            `json:"chair,omitempty" doc:"The chair's word; administrators read it"`
	Standard      *standardBody        `json:"standard,omitempty" doc:"What the committee gave the order as a standard order; administrators read it"`
	Appeals       []appealBody         `json:"appeals,omitempty" doc:"The newest first; administrators read it"`
	Recusals      []recusalBody        `json:"recusals,omitempty" doc:"Who does not mark the order; administrators read it"`
	MissingFails  bool                 `json:"missing_fails" doc:"A missing item fails the whole order (R21)"`
	Facts         []factBody           `json:"facts" doc:"What happened to the order (R31)"`
}

type hearingBody struct {
	Part  exam.Part  `json:"part" enum:"name,code,subject,grade,piece"`
	Heard exam.Heard `json:"heard,omitempty" enum:"heard,wrong,not_heard"`
	By    string     `json:"by,omitempty"`
	At    time.Time  `json:"at,omitzero"`
}

type departureBody struct {
	ID       string    `json:"id"`
	Category string    `json:"category"`
	Ms       *int64    `json:"ms,omitempty" doc:"From the clip's start"`
	Remark   string    `json:"remark,omitempty" doc:"An examiner sees its own only; others' are with the identity"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

type decisionBody struct {
	ID       string            `json:"id"`
	Kind     exam.DecisionKind `json:"kind" enum:"clip_invalid,disqualified"`
	OfClip   bool              `json:"of_clip" doc:"About this clip, not another of the order"`
	Reason   string            `json:"reason,omitempty" doc:"Examiners find it with the identity: it may name the candidate"`
	By       string            `json:"by,omitempty"`
	At       time.Time         `json:"at"`
	Pending  bool              `json:"pending" doc:"Reported, the province has to confirm it"`
	UndoneAt time.Time         `json:"undone_at,omitzero"`
	// Who took it back, and why, as its fact says.
	UndoneBy  string `json:"undone_by,omitempty"`
	UndoneFor string `json:"undone_for,omitempty" doc:"Examiners find it with the identity"`
}

type reviewItemBody struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Piece   string `json:"piece,omitempty"`
	ClipID  string `json:"clip_id,omitempty" doc:"Absent: nothing was sent"`
	Invalid bool   `json:"invalid" doc:"The clip was decided to be invalid (R20)"`
}

type markBody struct {
	Item           string     `json:"item" doc:"The item's id; empty: the order as a whole"`
	Technique      exam.Level `json:"technique,omitempty" enum:"fail,pass,good,excellent"`
	Tempo          exam.Level `json:"tempo,omitempty" enum:"fail,pass,good,excellent"`
	Interpretation exam.Level `json:"interpretation,omitempty" enum:"fail,pass,good,excellent"`
	Level          exam.Level `json:"level,omitempty" enum:"fail,pass,good,excellent"`
	Remarks        string     `json:"remarks,omitempty"`
	Round          int        `json:"round,omitempty" doc:"Where several examiners mark: whose turn it was"`
	By             string     `json:"by"`
	At             time.Time  `json:"at"`
}

type unmarkableBody struct {
	ID     string    `json:"id" doc:"Of the irregularity, which staff take back"`
	Reason string    `json:"reason,omitempty" doc:"An examiner reads its own only"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

type factBody struct {
	Kind    string         `json:"kind"`
	At      time.Time      `json:"at"`
	Role    exam.Role      `json:"role" enum:"candidate,staff,province,system"`
	By      string         `json:"by,omitempty"`
	Number  int            `json:"attempt_number,omitempty"`
	OfClip  bool           `json:"of_clip"`
	Reason  string         `json:"reason,omitempty" doc:"Not for examiners: it may name the candidate"`
	Details map[string]any `json:"details" doc:"Codes and numbers"`
	Later   bool           `json:"later" doc:"After the order went into a batch: it is sent later"`
}

type reviewClipOutput struct{ Body reviewBody }

func (s *Server) getReview(ctx context.Context, in *shared.IDInput) (*reviewClipOutput, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	record, err := s.Store.FindClip(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	row, err := s.Store.FindClipRow(ctx, in.ID, examinerOf(ctx))
	if err != nil {
		return nil, err
	}
	facts, err := s.factsFor(ctx, order.ID)
	if err != nil {
		return nil, err
	}
	closed, err := s.markClosed(ctx, order) // before what others gave is left out
	if err != nil {
		return nil, err
	}
	if examiner := examinerOf(ctx); examiner != "" {
		order, facts, record.Findings = order.Anonymous(examiner), store.AnonymousFacts(facts, examiner), exam.Anonymous(record.Findings)
	}
	body := s.reviewOf(order, row, record)
	body.MarkClosed = closed
	if access.Of(ctx).Role == store.Administrator {
		if err := s.addVoices(ctx, &body, order); err != nil {
			return nil, err
		}
	}
	if err := s.placeOthers(ctx, body.Findings); err != nil {
		return nil, err
	}
	if body.Facts = factsOf(ctx, order, in.ID, facts); !mayReadLevels(ctx, facts) {
		body.Marks, body.MarksKept = []markBody{}, true
	}
	tellUndone(body.Decisions, facts)
	drafts, err := s.Store.ListMarkDrafts(ctx, order.ID, access.Of(ctx).Session.Subject)
	body.Drafts = marksOf(drafts)
	return &reviewClipOutput{Body: body}, err
}

func (s *Server) reviewOf(o exam.Order, row store.ClipRow, r store.ClipRecord) reviewBody {
	attempt, item := o.FindClip(r.ID)
	body := reviewBody{
		ReviewRow:     reviewRowOf(row),
		AttemptID:     attempt.ID,
		AttemptNumber: attempt.Number,
		ItemID:        item.ID,
		CodeAt:        attempt.AcknowledgedAt,
		StartedAt:     attempt.StartedAt,
		Type:          r.MediaType,
		Rendition:     r.Rendition,
		TakenIn:       r.TakenIn,
		Playable:      r.Playable,
		FreedAt:       r.FreedAt,
		Sheet:         contactSheetOf(r.SheetTimes),
		Findings:      bodies.Findings(r.Findings),
		Closed:        refusal.CodeOf(o.Reviewable(s.Store.Rules(), s.Store.Now())),
		Announcement:  announcementOf(*item.Clip),
		Categories:    exam.Categories(o.Subject),
		Departures:    departuresOf(*item.Clip),
		Decisions:     decisionsOf(o, r.ID),
		Items:         reviewItemsOf(o, *attempt),
		Marks:         marksOf(slices.DeleteFunc(slices.Clone(o.Marks), func(m exam.Mark) bool { return m.Round == exam.ChairRound })),
		MissingFails:  s.Store.Rules().MissingItem == exam.MissingFails,
	}
	if told := o.CannotBeMarked(r.ID); told != nil {
		body.Unmarkable = &unmarkableBody{told.ID, told.Remark, told.By.Name, told.At}
	}
	if item.Question != nil {
		body.Question, body.Score = item.Question.Title, item.Question.File != ""
	}
	return body
}

func announcementOf(clip exam.Clip) []hearingBody {
	var all []hearingBody
	for _, part := range exam.Parts {
		body := hearingBody{Part: part}
		for _, h := range clip.Hearings {
			if h.Part == part {
				body.Heard, body.By, body.At = h.Heard, h.By.Name, h.At
			}
		}
		all = append(all, body)
	}
	return all
}

func departuresOf(clip exam.Clip) []departureBody {
	all := []departureBody{}
	for _, d := range clip.Departures {
		body := departureBody{ID: d.ID, Category: d.Category, Remark: d.Remark, By: d.By.Name, At: d.At}
		if d.Moment != nil {
			body.Ms = new(d.Moment.Milliseconds())
		}
		all = append(all, body)
	}
	return all
}

func decisionsOf(o exam.Order, clipID string) []decisionBody {
	all := []decisionBody{}
	for _, d := range o.Decisions {
		all = append(all, decisionBody{
			ID: d.ID, Kind: d.Kind, OfClip: ofClip(d.ClipID, clipID), Reason: d.Reason, By: d.By.Name, At: d.At, Pending: d.Pending, UndoneAt: d.UndoneAt,
		})
	}
	return all
}

// tellUndone adds who took decisions back, and why.
func tellUndone(decisions []decisionBody, facts []store.Entry) {
	for _, e := range facts {
		i := slices.IndexFunc(decisions, func(d decisionBody) bool { return d.ID == e.Args["decision"] })
		if e.Action != audit.Action(exam.FactDecisionUndone) || i < 0 {
			continue
		}
		decisions[i].UndoneBy, decisions[i].UndoneFor = e.By.Name, e.Reason
	}
}

// ofClip says whether something is about the clip that a page shows; a page of
// an order shows none, and most of an order's facts are of none.
func ofClip(id, shown string) bool { return shown != "" && id == shown }

func reviewItemsOf(o exam.Order, attempt exam.Attempt) []reviewItemBody {
	all := []reviewItemBody{}
	for _, item := range attempt.Items {
		body := reviewItemBody{ID: item.ID, Name: item.Name, Piece: item.Piece}
		if item.Clip != nil {
			body.ClipID, body.Invalid = item.Clip.ID, o.InvalidClip(item.Clip.ID) != nil
		}
		all = append(all, body)
	}
	return all
}

func marksOf(marks []exam.Mark) []markBody {
	all := []markBody{}
	for _, m := range marks {
		all = append(all, markBody{
			Item: m.ItemID, Technique: m.Technique, Tempo: m.Tempo, Interpretation: m.Interpretation,
			Level: m.Level, Remarks: m.Remarks, Round: m.Round, By: m.By.Name, At: m.At,
		})
	}
	return all
}

// told are the details of facts that a page shows: codes and numbers.
var told = []string{"kind", "pending", "seconds", "resets_left", "part", "heard", "category", "clip_ms", "item", "level", "help", "answer", "examiner"}

// mayReadLevels says whether the caller may read what examiners gave: an
// administrator, who has the page of results; an examiner, whose facts and marks
// are its own; other staff what the candidate can see (R21).
func mayReadLevels(ctx context.Context, facts []store.Entry) bool {
	if role := access.Of(ctx).Role; role == store.Administrator || role == store.Examiner {
		return true
	}
	published := false
	for _, e := range facts {
		switch exam.FactKind(e.Action) {
		case exam.FactResultPublished:
			published = true
		case exam.FactResultWithdrawn:
			published = false
		}
	}
	return published
}

// factsFor are the order's facts for the caller.
func (s *Server) factsFor(ctx context.Context, orderID string) ([]store.Entry, error) {
	if examiner := examinerOf(ctx); examiner != "" {
		return s.Store.ListExaminersFacts(ctx, orderID, examiner)
	}
	return s.Store.ListFacts(ctx, orderID)
}

// factsOf are facts as the caller's page shows them.
func factsOf(ctx context.Context, o exam.Order, clipID string, entries []store.Entry) []factBody {
	levels, all := mayReadLevels(ctx, entries), mayReadAll(ctx)
	bodies := []factBody{}
	for _, e := range entries {
		body := factBody{
			Kind: string(e.Action), At: e.At, Role: e.By.Role, By: e.By.Name, OfClip: ofClip(e.ClipID, clipID), Reason: e.Reason, Details: map[string]any{}, Later: e.Later,
		}
		if !all && keepsReason(exam.FactKind(e.Action)) {
			body.Reason = ""
		}
		if attempt := o.FindAttempt(e.AttemptID); attempt != nil {
			body.Number = attempt.Number
		}
		for _, name := range told {
			if value, known := e.Args[name]; known && (levels || name != "level") {
				body.Details[name] = value
			}
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// getReviewQuestion serves the score that was drawn (R9, R21).
func (s *Server) getReviewQuestion(c *fiber.Ctx) error {
	order, err := s.reviewedOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	_, item := order.FindClip(c.Params("id"))
	if item.Question == nil || item.Question.File == "" {
		return refusal.New(refusal.NotFound)
	}
	return webkit.SendFile(c, s.File(store.QuestionFile(item.Question.File)), item.Question.Type)
}
