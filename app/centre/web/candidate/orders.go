package candidate

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type orderBody struct {
	ID               string               `json:"id"`
	Ticket           string               `json:"ticket"`
	Name             string               `json:"name"`
	Pinyin           string               `json:"pinyin,omitempty" doc:"Of the name, as it was registered (R1)"`
	Gender           string               `json:"gender,omitempty" enum:"male,female"`
	Centre           string               `json:"centre,omitempty" doc:"The exam centre's name"`
	Subject          string               `json:"subject"`
	Grade            int                  `json:"grade"`
	Window           windowBody           `json:"window"`
	WindowShort      bool                 `json:"window_short" doc:"Less than the full time is left (R7)"`
	Status           exam.Status          `json:"status" enum:"waiting,open,running,submitted,auto_submitted,absent,forfeited,disqualified"`
	Reason           string               `json:"reason,omitempty" doc:"Why the order is disqualified (R20)"`
	Result           *publishedResultBody `json:"result,omitempty" doc:"What the committee confirmed, once it is published"`
	ResultWithdrawn  bool                 `json:"result_withdrawn,omitempty" doc:"A result that the candidate could see was taken back, and none is published in its place"`
	Invalid          []invalidBody        `json:"invalid,omitempty" doc:"Videos that were decided to be invalid (R20)"`
	Unreadable       []string             `json:"unreadable,omitempty" doc:"Items of the last attempt whose file holds no video that could be opened (R14)"`
	AttemptsUsed     int                  `json:"attempts_used"`
	MaxAttempts      int                  `json:"max_attempts"`
	ResetsLeft       int                  `json:"resets_left"`
	ResetUntil       time.Time            `json:"reset_until,omitzero"`
	FinalAt          time.Time            `json:"final_at,omitzero"`
	LastVoided       bool                 `json:"last_voided,omitempty" doc:"Staff voided the last attempt: it does not count (R22)"`
	AttemptID        string               `json:"attempt_id,omitempty" doc:"The running, or else the last attempt"`
	Clips            int                  `json:"clips" doc:"Videos of that attempt, without those in which nothing can be decoded (R14)"`
	ClipsWanted      int                  `json:"clips_wanted" doc:"Items of that attempt: one video each"`
	Arriving         bool                 `json:"arriving,omitempty" doc:"Its time ran out, and a recording that came in part is still being put together: what counts is not known yet (R16, R28)"`
	Practiced        bool                 `json:"practiced" doc:"A practice run was done (R26)"`
	PracticeRequired bool                 `json:"practice_required" doc:"The centre wants one before the first attempt (R26)"`
	PracticeID       string               `json:"practice_id,omitempty" doc:"The running practice run"`
	TimeLimitSeconds int                  `json:"time_limit_seconds"`
	MaxClipBytes     int64                `json:"max_clip_bytes"`
	FaceConsent      string               `json:"face_consent" enum:"none,given,declined"`
	GuardianRequired bool                 `json:"guardian_required"`
	Photo            bool                 `json:"photo" doc:"false: 照片待补, staff identify the candidate at the desk (R2)"`
	Compares         bool                 `json:"compares" doc:"The centre has a network that compares faces; else people compare"`
	RulesAgreed      string               `json:"rules_agreed_version,omitempty"`
	Items            []specBody           `json:"items"`
	ServerTime       time.Time            `json:"server_time"`
}

type windowBody struct {
	OpensAt  time.Time `json:"opens_at"`
	ClosesAt time.Time `json:"closes_at"`
}

type specBody struct {
	Name  string        `json:"name"`
	Kind  exam.ItemKind `json:"kind"`
	Piece string        `json:"piece,omitempty"`
	Drawn bool          `json:"drawn"`
	Group string        `json:"group,omitempty"`
}

// invalidBody is a video that counts for nothing, and why: the candidate reads
// it (R20).
type invalidBody struct {
	Item   string    `json:"item"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

func invalidOf(o exam.Order) []invalidBody {
	var all []invalidBody
	for _, attempt := range o.Attempts {
		for _, item := range attempt.Items {
			if item.Clip == nil {
				continue
			}
			if d := o.InvalidClip(item.Clip.ID); d != nil {
				all = append(all, invalidBody{Item: item.Name, Reason: d.Reason, At: d.At})
			}
		}
	}
	return all
}

func (s *Server) orderBody(o exam.Order) orderBody {
	rules, now := s.Store.Rules(), s.Store.Now()
	body := orderBody{
		ID:               o.ID,
		Ticket:           o.Ticket,
		Name:             o.Name,
		Pinyin:           o.Pinyin,
		Gender:           o.Gender,
		Centre:           s.CentreName(),
		Subject:          o.Subject,
		Grade:            o.Grade,
		Window:           windowBody(o.Window),
		WindowShort:      o.ShortWindow(rules, now),
		Status:           s.Store.StatusOf(o),
		Reason:           o.DisqualifiedFor(),
		Invalid:          invalidOf(o),
		Unreadable:       o.Unreadable(),
		AttemptsUsed:     o.AttemptsUsed(),
		MaxAttempts:      rules.MaxAttempts,
		ResetsLeft:       o.ResetsLeft(rules, now),
		TimeLimitSeconds: int(rules.Limit(o.Grade).Seconds()),
		MaxClipBytes:     rules.MaxClipBytes,
		FaceConsent:      o.Consent.Answer.Name(),
		GuardianRequired: o.GuardianRequired(rules, now),
		Photo:            o.Photo != "",
		Compares:         s.Compares != nil && s.Compares(),
		Items:            []specBody{},
		ServerTime:       now,
	}
	for _, spec := range o.Items {
		body.Items = append(body.Items, specBody(spec))
	}
	s.addTimes(&body, o)
	s.addPractice(&body, o)
	return body
}

// orderOf is orderBody with whether something is still being put together.
func (s *Server) orderOf(ctx context.Context, o exam.Order) (orderBody, error) {
	body := s.orderBody(o)
	var err error
	if err = s.addResult(ctx, &body); err != nil {
		return body, err
	}
	if body.Status != exam.StatusAutoSubmitted {
		return body, nil
	}
	uploads, err := s.Store.ListUploads(ctx, body.AttemptID)
	body.Arriving = slices.ContainsFunc(uploads, func(u store.Upload) bool { return s.Receiving(u) != nil })
	return body, err
}

func (s *Server) addPractice(body *orderBody, o exam.Order) {
	body.Practiced = !o.PracticedAt.IsZero()
	body.PracticeRequired = s.Store.Rules().PracticeFirst && !body.Practiced
	for _, run := range o.Practice {
		if run.StateAt(s.Store.Now()) == exam.Running {
			body.PracticeID = run.ID
		}
	}
}

func (s *Server) addTimes(body *orderBody, o exam.Order) {
	rules, now := s.Store.Rules(), s.Store.Now()
	body.ResetUntil, _ = o.ResetUntil(rules, now)
	if final, known := o.FinalAt(rules, now); known && body.Status != exam.StatusWaiting && body.Status != exam.StatusOpen {
		body.FinalAt = final
	}
	if last := len(o.Attempts) - 1; last >= 0 {
		body.AttemptID = o.Attempts[last].ID
		body.LastVoided = o.Attempts[last].State == exam.Voided
		body.RulesAgreed = o.Attempts[last].RulesVersion
		body.Clips, body.ClipsWanted = o.Attempts[last].Videos(), len(o.Attempts[last].Items)
	}
}

type ordersOutput struct{ Body []orderBody }

func (s *Server) listOrders(ctx context.Context, _ *struct{}) (*ordersOutput, error) {
	orders, err := s.Store.ListOrders(ctx, access.Of(ctx).Session.Subject)
	out := &ordersOutput{Body: []orderBody{}}
	for _, order := range orders {
		body, err := s.orderOf(ctx, order)
		if err != nil {
			return nil, err
		}
		out.Body = append(out.Body, body)
	}
	return out, err
}

type orderOutput struct{ Body orderBody }

func (s *Server) getOrder(ctx context.Context, in *shared.IDInput) (*orderOutput, error) {
	order, err := s.ownOrder(ctx, s.Store.FindOrder, in.ID)
	if err != nil {
		return nil, err
	}
	body, err := s.orderOf(ctx, order)
	return &orderOutput{Body: body}, err
}

// getOwnPhoto is the registration photo, for the person on it only: it stands
// on the admission ticket (R5).
func (s *Server) getOwnPhoto(c *fiber.Ctx) error {
	order, err := s.ownOrder(c.UserContext(), s.Store.FindOrder, c.Params("id"))
	if err != nil {
		return err
	}
	if order.Photo == "" {
		return refusal.New(refusal.NotFound)
	}
	return webkit.SendImage(c, s.File(store.PhotoFile(order.Photo)))
}

type consentInput struct {
	UntilInput
	Body struct {
		Face     bool   `json:"face" doc:"Whether face recognition is allowed"`
		Guardian string `json:"guardian,omitempty" maxLength:"64" doc:"The guardian's name; required under 14 when face is true"`
	}
}

func (s *Server) consent(ctx context.Context, in *consentInput) (*struct{}, error) {
	order, err := s.ownOrder(ctx, s.Store.FindOrder, in.ID)
	if err != nil {
		return nil, err
	}
	_, err = s.Store.Apply(ctx, order.ID, in.at(exam.Consented{Face: in.Body.Face, Guardian: in.Body.Guardian, By: exam.Actor{Role: exam.ByCandidate}}))
	return nil, err
}
