package candidate

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/pinyin"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type attemptBody struct {
	ID               string            `json:"id"`
	OrderID          string            `json:"order_id"`
	Subject          string            `json:"subject"`
	SubjectPinyin    string            `json:"subject_pinyin"`
	Grade            int               `json:"grade"`
	Number           int               `json:"number" doc:"0 for a practice run"`
	Practice         bool              `json:"practice" doc:"A practice run 模拟考试: nothing of it counts (R26)"`
	State            exam.AttemptState `json:"state" enum:"running,submitted,auto_submitted,reset,voided"`
	Acknowledged     bool              `json:"acknowledged"`
	Code             string            `json:"code,omitempty" doc:"The exam code, once acknowledged (R8)"`
	StartedAt        time.Time         `json:"started_at"`
	Deadline         time.Time         `json:"deadline"`
	EndedAt          time.Time         `json:"ended_at,omitzero"`
	ServerTime       time.Time         `json:"server_time"`
	TimeLimitSeconds int               `json:"time_limit_seconds"`
	MaxClipBytes     int64             `json:"max_clip_bytes"`
	ResetsLeft       int               `json:"resets_left"`
	Holds            bool              `json:"holds" doc:"This device uploads, submits and resets (R10)"`
	Extra            []extraBody       `json:"extra,omitempty" doc:"Extra time 补时 that it was given, oldest first (R22)"`
	Desk             []deskBody        `json:"desk,omitempty" doc:"What staff did at it in the candidate's place or for them, oldest first"`
	Items            []itemBody        `json:"items"`
}

// extraBody is extra time as the candidate is told of it (R22).
type extraBody struct {
	At       time.Time `json:"at"`
	Seconds  int       `json:"seconds"`
	Until    time.Time `json:"until" doc:"The deadline that it made"`
	Reason   string    `json:"reason"`
	Reopened bool      `json:"reopened" doc:"The attempt had timed out and runs again"`
}

type itemBody struct {
	ID        string                `json:"id"`
	Name      string                `json:"name"`
	Kind      exam.ItemKind         `json:"kind"`
	Piece     string                `json:"piece,omitempty"`
	Pinyin    string                `json:"pinyin,omitempty" doc:"Of what is announced as the piece, a syllable for each Chinese character (R23)"`
	Drawn     *drawnBody            `json:"drawn,omitempty"`
	Clip      *clipBody             `json:"clip,omitempty"`
	Former    bool                  `json:"former,omitempty" doc:"What the clip replaced stands behind it until it was looked at, and stands again when it is deleted (R12)"`
	Receiving *shared.ReceivingBody `json:"receiving,omitempty"`
}

type drawnBody struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty" doc:"The score, while the attempt runs (R9)"`
	Type  string `json:"type,omitempty"`
}

// attemptOf makes the attempt's body: one order's rows, read at once.
func (s *Server) attemptOf(ctx context.Context, o exam.Order, attemptID string) (attemptBody, error) {
	attempt := o.FindAttempt(attemptID)
	if attempt == nil {
		return attemptBody{}, refusal.New(refusal.NotFound)
	}
	records, err := s.Store.ListClipRecords(ctx, o.ID)
	if err != nil {
		return attemptBody{}, err
	}
	uploads, err := s.Store.ListUploads(ctx, attemptID)
	if err != nil {
		return attemptBody{}, err
	}
	body := s.attemptBody(ctx, o, *attempt)
	facts, err := s.toldOf(ctx, o, *attempt)
	if err != nil {
		return attemptBody{}, err
	}
	if body.Extra, err = s.extraOf(*attempt, facts); err != nil {
		return attemptBody{}, err
	}
	body.Desk = deskOf(*attempt, facts)
	for _, item := range attempt.Items {
		entry := itemBodyOf(item, *attempt, body.State)
		if item.Clip != nil {
			entry.Clip = new(clipBodyOf(records[item.Clip.ID]))
			entry.Clip.Previewed = item.Clip.Previewed
			entry.Former = len(item.Former) > 0
			if err := s.tellWait(ctx, entry.Clip); err != nil {
				return attemptBody{}, err
			}
		}
		entry.Receiving = s.receiving(uploads, item.ID)
		body.Items = append(body.Items, entry)
	}
	return body, nil
}

func (s *Server) attemptBody(ctx context.Context, o exam.Order, a exam.Attempt) attemptBody {
	rules, now := s.Store.Rules(), s.Store.Now()
	body := attemptBody{
		ID:               a.ID,
		OrderID:          o.ID,
		Subject:          o.Subject,
		SubjectPinyin:    readAloud(o.Subject),
		Grade:            o.Grade,
		Number:           a.Number,
		Practice:         o.IsPractice(a.ID),
		State:            a.StateAt(now),
		Acknowledged:     !a.AcknowledgedAt.IsZero(),
		StartedAt:        a.StartedAt,
		Deadline:         a.Deadline,
		EndedAt:          a.EndAt(now),
		ServerTime:       now,
		TimeLimitSeconds: int((a.Limit + a.Extra).Seconds()),
		MaxClipBytes:     rules.MaxClipBytes,
		ResetsLeft:       o.ResetsLeft(rules, now),
		Holds:            a.Device == access.Of(ctx).Session.Device,
		Items:            []itemBody{},
	}
	if body.Acknowledged {
		body.Code = a.Code
	}
	return body
}

func (s *Server) extraOf(a exam.Attempt, facts []store.Entry) (all []extraBody, err error) {
	for _, fact := range facts {
		kind := exam.FactKind(fact.Action)
		if fact.AttemptID != a.ID || kind != exam.FactExtraTime && kind != exam.FactReopened {
			continue
		}
		seconds, _ := fact.Args["seconds"].(float64)
		text, _ := fact.Args["deadline"].(string)
		until, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return nil, err
		}
		all = append(all, extraBody{
			At:       fact.At,
			Seconds:  int(seconds),
			Until:    until.In(s.Store.Rules().Location),
			Reason:   fact.Reason,
			Reopened: kind == exam.FactReopened,
		})
	}
	return all, err
}

func itemBodyOf(item exam.Item, a exam.Attempt, state exam.AttemptState) itemBody {
	body := itemBody{ID: item.ID, Name: item.Name, Kind: item.Kind, Piece: item.Piece, Pinyin: readAloud(announced(item))}
	if q := item.Question; q != nil {
		body.Drawn = &drawnBody{Title: q.Title, Type: q.Type}
		if state == exam.Running && q.File != "" {
			body.Drawn.URL = shared.Base + "/attempts/" + a.ID + "/drawn/" + item.ID
		}
	}
	return body
}

// announced is what the candidate says as the piece: where none is registered
// the drawn question, or the item (R23).
func announced(item exam.Item) string {
	switch {
	case item.Piece != "":
		return item.Piece
	case item.Question != nil:
		return item.Question.Title
	}
	return item.Name
}

func readAloud(text string) string { return strings.Join(pinyin.Read(text), " ") }

func (s *Server) receiving(uploads []store.Upload, itemID string) *shared.ReceivingBody {
	i := slices.IndexFunc(uploads, func(u store.Upload) bool { return u.Item == itemID })
	if i < 0 {
		return nil
	}
	return s.Receiving(uploads[i])
}

type attemptOutput struct {
	Status int
	Body   attemptBody
}

func (s *Server) answerAttempt(ctx context.Context, o exam.Order, attemptID string) (*attemptOutput, error) {
	body, err := s.attemptOf(ctx, o, attemptID)
	return &attemptOutput{Status: http.StatusOK, Body: body}, err
}

func (s *Server) getAttempt(ctx context.Context, in *shared.IDInput) (*attemptOutput, error) {
	order, err := s.ownOrder(ctx, s.Store.FindAttemptOrder, in.ID)
	if err != nil {
		return nil, err
	}
	return s.answerAttempt(ctx, order, in.ID)
}

// getDrawn serves a drawn score while its attempt runs (R9).
func (s *Server) getDrawn(c *fiber.Ctx) error {
	id := c.Params("id")
	order, err := s.ownOrder(c.UserContext(), s.Store.FindAttemptOrder, id)
	if err != nil {
		return err
	}
	attempt := order.FindAttempt(id)
	item := attempt.FindItem(c.Params("item"))
	if item == nil || item.Question == nil || item.Question.File == "" || attempt.StateAt(s.Store.Now()) != exam.Running {
		return refusal.New(refusal.NotFound)
	}
	if err := webkit.SendFile(c, s.File(store.QuestionFile(item.Question.File)), item.Question.Type); err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return nil
}
