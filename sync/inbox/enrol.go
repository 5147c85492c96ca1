package inbox

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
	"kaodian/sync/seal"
)

const (
	requestSuffix = ".json"
	maxRequest    = 16 << 10
)

// enrolments answers the centres that ask to join: those that were invited,
// then strangers.
func (r *run) enrolments(ctx context.Context) {
	installs, invited, err := r.Store.ListInstalls(ctx)
	if err != nil {
		r.failed("the store", err)
		return
	}
	for _, install := range installs {
		if !install.RevokedAt.IsZero() {
			r.failed(batch.AnswerName(install.Centre, install.Install), r.takeBack(install))
		}
	}
	for _, centre := range invited {
		r.requests(ctx, centre)
	}
	strangers := 0
	for _, centre := range r.look(batch.EnrolFolder(""), folderOf(batch.CheckCentre, nil)) {
		if _, found := slices.BinarySearch(invited, centre); found {
			continue
		}
		if strangers++; strangers <= maxStrangers {
			r.requests(ctx, centre)
		}
	}
}

// requests answers what lies in a centre's folder.
func (r *run) requests(ctx context.Context, centre string) {
	for _, name := range r.look(batch.EnrolFolder(centre), isRequest) {
		if ctx.Err() != nil {
			return
		}
		install := strings.TrimSuffix(name, requestSuffix)
		outcome, err := r.enrolment(ctx, centre, install)
		r.failed(batch.RequestName(centre, install), err)
		if err == nil && outcome.Status != "" {
			r.outcomes = append(r.outcomes, outcome)
		}
	}
}

// isRequest tells requests; damaged and partial ones are known, but not read.
func isRequest(entry os.DirEntry) (ours, known bool) {
	name := strings.TrimSuffix(strings.TrimSuffix(entry.Name(), drop.Part), batch.Damaged)
	install, found := strings.CutSuffix(name, requestSuffix)
	request := found && batch.CheckInstall(install) == nil
	return request && name == entry.Name(), request
}

// enrolment answers one request. A known install gets its former answer; one
// that knows the centre's token is enrolled. A centre that was never invited
// gets no answer.
func (r *run) enrolment(ctx context.Context, centre, install string) (Outcome, error) {
	text, err := r.read(batch.RequestName(centre, install), maxRequest)
	if errors.Is(err, fs.ErrNotExist) {
		return Outcome{}, nil
	}
	none := Outcome{Name: batch.RequestName(centre, install), Status: EnrolRefused}
	if damaged, ok := errors.AsType[*damage](err); ok {
		none.Reasons = []string{damaged.Error()}
		return none, r.writing(r.rename(ctx, batch.RequestName(centre, install)))
	}
	if err != nil {
		return Outcome{}, err
	}
	request, err := batch.ParseRequest(text, centre, install)
	if err != nil {
		// A file damaged in transit is sent again once its name is free.
		none.Reasons = []string{err.Error() + "; " + resendAdvice}
		return none, r.writing(r.rename(ctx, batch.RequestName(centre, install)))
	}
	known, found, err := r.Store.FindInstall(ctx, centre, install)
	if err != nil {
		return Outcome{}, err
	}
	if found {
		return r.enrolledBefore(request, known)
	}
	token, invited, err := r.Store.FindToken(ctx, centre)
	if err != nil {
		return Outcome{}, err
	}
	if !invited {
		none.Reasons = []string{"nobody invited a centre of this name; run «kaodian-province enrol " + centre + "»"}
		return none, nil
	}
	return r.enrolNew(ctx, request, token)
}

func (r *run) enrolledBefore(request batch.Request, known store.Install) (Outcome, error) {
	outcome := Outcome{Name: batch.RequestName(request.Centre, request.Install), Status: Enrolled}
	switch {
	case request.MinisignKey != known.MinisignKey || request.AgeRecipient != known.AgeRecipient:
		outcome.Status, outcome.Reasons = EnrolRefused, []string{"this install enrolled with other keys"}
		return outcome, nil
	case !known.RevokedAt.IsZero():
		outcome.Status, outcome.Reasons = EnrolRefused, []string{"this install was revoked"}
		return outcome, nil
	}
	return outcome, r.acceptEnrolment(known)
}

// enrolNew enrols the install if it knows the token and its keys are valid.
func (r *run) enrolNew(ctx context.Context, request batch.Request, token string) (Outcome, error) {
	authenticated, err := request.Authenticated()
	if err != nil {
		return Outcome{}, err
	}
	if token == "" {
		why, err := r.Store.WhyNoToken(ctx, request.Centre)
		if err != nil {
			return Outcome{}, err
		}
		return r.refuseEnrolment(request, why.Error())
	}
	if !seal.CheckMAC(token, authenticated, request.MAC) {
		return r.refuseEnrolment(request, store.ErrTokenSpent.Error())
	}
	_, noKey := seal.ParseVerifier(request.MinisignKey)
	_, noRecipient := seal.ParseRecipient(request.AgeRecipient)
	if err := errors.Join(noKey, noRecipient); err != nil {
		return r.refuseEnrolment(request, "its keys cannot be read; run «kaodian enrol» again")
	}
	install, err := r.Store.Enrol(ctx, store.Install{
		Centre: request.Centre, Install: request.Install, MinisignKey: request.MinisignKey, AgeRecipient: request.AgeRecipient,
	}, token)
	if errors.Is(err, store.ErrTokenSpent) {
		return r.refuseEnrolment(request, err.Error())
	}
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Name: batch.RequestName(request.Centre, request.Install), Status: Enrolled, New: true}, r.acceptEnrolment(install)
}

func (r *run) acceptEnrolment(install store.Install) error {
	return r.publish(batch.AnswerName(install.Centre, install.Install), answerTo(install))
}

// takeBack puts a refusal in place of the answer that a revoked install once
// got: its centre looks for it in every run, and need not lose a batch to learn.
func (r *run) takeBack(install store.Install) error {
	answer := answerTo(install)
	answer.Status, answer.Reasons, answer.AnsweredAt = batch.Refused, []string{"the province revoked this centre"}, install.RevokedAt
	return r.publish(batch.AnswerName(install.Centre, install.Install), answer)
}

func answerTo(install store.Install) batch.Answer {
	return batch.Answer{
		Version:     batch.MessageVersion,
		Centre:      install.Centre,
		Install:     install.Install,
		MinisignKey: install.MinisignKey,
		Status:      batch.Accepted,
		Reasons:     []string{},
		AnsweredAt:  install.EnrolledAt,
	}
}

// refuseEnrolment answers a request with its refusal, once: an answer to this
// request that is there already stays.
func (r *run) refuseEnrolment(request batch.Request, reason string) (Outcome, error) {
	name := batch.AnswerName(request.Centre, request.Install)
	outcome := Outcome{Name: batch.RequestName(request.Centre, request.Install), Status: EnrolRefused, Reasons: []string{reason}}
	if r.refusals >= maxStrangers || r.answered(name, request) {
		return outcome, nil // the next run answers the rest
	}
	r.refusals++
	outcome.New = true
	return outcome, r.publish(name, batch.Answer{
		Version:     batch.MessageVersion,
		Centre:      request.Centre,
		Install:     request.Install,
		MinisignKey: request.MinisignKey,
		Status:      batch.Refused,
		Reasons:     []string{reason},
		AnsweredAt:  r.Store.Now(),
	})
}

func (r *run) answered(name string, request batch.Request) bool {
	text, err := r.read(name, maxRequest)
	if err != nil {
		return false
	}
	signature, err := r.read(name+batch.Signature, maxSignature)
	if err != nil {
		return false
	}
	key, err := seal.ParseVerifier(r.Signer.PublicKey())
	if err != nil || key.Verify(text, signature) != nil {
		return false
	}
	_, err = batch.ParseAnswer(text, request)
	return err == nil
}
