package staff

import (
	"context"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// What several examiners of one order come to, and who of them does not mark it.

type recusalBody struct {
	Examiner string    `json:"examiner"`
	Reason   string    `json:"reason"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// addVoices adds what only an administrator reads: who marks the order, what keeps
// them from a level, the chair's word, what the order is for others, and who is not
// to mark it.
func (s *Server) addVoices(ctx context.Context, body *reviewBody, o exam.Order) error {
	standard, err := s.Store.FindStandard(ctx, o.ID)
	if standard != nil {
		body.Standard = &standardBody{standard.Level, standard.Reason, standard.By.Name, standard.At}
	}
	if err != nil {
		return err
	}
	appeals, err := s.Store.ListAppeals(ctx, o.ID)
	body.Appeals = appealsOf(appeals)
	addMarkers(body, o)
	return err
}

func addMarkers(body *reviewBody, o exam.Order) {
	body.Recusals = []recusalBody{}
	for _, r := range o.Recusals {
		body.Recusals = append(body.Recusals, recusalBody{r.Examiner, r.Reason, r.By.Name, r.At})
	}
	if !o.ByVoices() || len(o.Marks) == 0 {
		return
	}
	body.Markers, body.MarkGap = o.Marking.Markers, o.MarkGap()
	if chair := o.Chair(); chair != nil {
		body.Chair = new(marksOf([]exam.Mark{*chair})[0])
	}
}

// markClosed is why the examiner gives this order no mark, "" if one is taken.
func (s *Server) markClosed(ctx context.Context, o exam.Order) (refusal.Code, error) {
	examiner := examinerOf(ctx)
	if examiner == "" {
		return "", nil
	}
	if err := o.CheckVoice(examiner, s.Store.Rules()); err != nil {
		return refusal.CodeOf(err), nil
	}
	err := s.Store.CheckWork(ctx, o, examiner)
	if code := refusal.CodeOf(err); code == exam.MarkStopped || code == exam.MarkUnqualified {
		return code, nil
	}
	return "", err
}

type reasonInput struct {
	shared.IDInput
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

// recuseSelf is an examiner's who knows the candidate.
func (s *Server) recuseSelf(ctx context.Context, in *reasonInput) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	_, err = s.Store.Apply(ctx, order.ID, exam.Recuse{Examiner: examinerOf(ctx), Reason: strings.TrimSpace(in.Body.Reason), By: access.Of(ctx).Staff()})
	return nil, err
}

type cannotMarkInput struct {
	shared.IDInput
	Body struct {
		ID     string `json:"id" minLength:"8" maxLength:"64" doc:"A name of this act by whoever asks: told twice it counts once"`
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"The candidate reads it"`
	}
}

// cannotMark is an examiner's who cannot mark the clip: it waits for the desk.
func (s *Server) cannotMark(ctx context.Context, in *cannotMarkInput) (*struct{}, error) {
	return s.reviewed(ctx, in.ID, exam.CannotMark{ID: in.Body.ID, ClipID: in.ID, Reason: strings.TrimSpace(in.Body.Reason), By: access.Of(ctx).Staff()})
}

type recusalInput struct {
	shared.IDInput
	Body struct {
		Examiner string `json:"examiner" minLength:"1" maxLength:"64"`
		Reason   string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

// recuse takes the clip's order from an examiner: one who began to mark it, whatever
// became of the account, or one who may.
func (s *Server) recuse(ctx context.Context, in *recusalInput) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	began := func(v exam.Voice) bool { return v.Examiner == in.Body.Examiner }
	if !slices.ContainsFunc(order.Voices(), began) {
		if err := s.checkExaminer(ctx, in.Body.Examiner); err != nil {
			return nil, err
		}
	}
	_, err = s.Store.Apply(ctx, order.ID, exam.Recuse{Examiner: in.Body.Examiner, Reason: strings.TrimSpace(in.Body.Reason), By: access.Of(ctx).Staff()})
	return nil, err
}

// checkExaminer refuses a name of no examiner: one that is misspelt would keep
// nobody from marking.
func (s *Server) checkExaminer(ctx context.Context, name string) error {
	who, err := s.Store.FindUser(ctx, name)
	if err == nil && who.Role != store.Examiner {
		err = refusal.New(refusal.NotFound)
	}
	return err
}

func (s *Server) readmit(ctx context.Context, in *recusalInput) (*struct{}, error) {
	return s.reviewed(ctx, in.ID, exam.Readmit{Examiner: in.Body.Examiner, Reason: strings.TrimSpace(in.Body.Reason), By: access.Of(ctx).Staff()})
}

type settleInput struct {
	shared.IDInput
	Body struct {
		Level  exam.Level `json:"level" enum:"fail,pass,good,excellent"`
		Reason string     `json:"reason" minLength:"1" maxLength:"500"`
	}
}

// settle is the chair's word about the clip's order (R21).
func (s *Server) settle(ctx context.Context, in *settleInput) (*struct{}, error) {
	return s.reviewed(ctx, in.ID, exam.Settle{Level: in.Body.Level, Reason: strings.TrimSpace(in.Body.Reason), By: access.Of(ctx).Staff()})
}
