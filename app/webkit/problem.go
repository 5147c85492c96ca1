package webkit

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
)

// Problem is an error as the client sees it: an RFC 9457 document with a code
// that never changes, and the arguments of its sentence.
type Problem struct {
	Type   string         `json:"type" example:"about:blank"`
	Title  string         `json:"title" example:"Conflict"`
	Status int            `json:"status" example:"409"`
	Detail string         `json:"detail,omitempty"`
	Code   string         `json:"code" doc:"Stable; the pages translate it." example:"window_closed"`
	Args   map[string]any `json:"args,omitempty" doc:"What the sentence needs: numbers, times, names."`

	cause error
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status, for Huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is RFC 9457's, for Huma.
func (p *Problem) ContentType(string) string { return problemType }

// Unwrap is the internal error; it is logged and never sent.
func (p *Problem) Unwrap() error { return p.cause }

const (
	problemType = "application/problem+json"
	internal    = "internal"
	invalid     = "invalid_request"
)

// Refusals of webkit.
const (
	TooManyTries       refusal.Code = "too_many_tries"
	TooManyConnections refusal.Code = "too_many_connections"
	OriginRefused      refusal.Code = "origin_refused"
	ServerBusy         refusal.Code = "server_busy"
)

// statuses are the HTTP statuses of the refusals of both sides. A code that
// neither it nor sideStatus knows is 409 Conflict.
var statuses = map[refusal.Code]int{
	refusal.NotFound:      http.StatusNotFound,
	refusal.TooManyCalls:  http.StatusTooManyRequests,
	refusal.DiskFull:      http.StatusInsufficientStorage,
	refusal.StorageFailed: http.StatusServiceUnavailable,
	login.Needed:          http.StatusUnauthorized,
	login.Wrong:           http.StatusUnauthorized,
	login.Locked:          http.StatusForbidden,
	AccountNameInvalid:    http.StatusUnprocessableEntity,
	PasswordShort:         http.StatusUnprocessableEntity,
	PasswordInvalid:       http.StatusUnprocessableEntity,
	text.Invalid:          http.StatusUnprocessableEntity,

	login.InvitationNotValid:  http.StatusNotFound,
	login.InvitationUsed:      http.StatusGone,
	login.InvitationExpired:   http.StatusGone,
	login.InvitationWithdrawn: http.StatusGone,

	TooManyTries:       http.StatusTooManyRequests,
	TooManyConnections: http.StatusTooManyRequests,
	OriginRefused:      http.StatusForbidden,
	ServerBusy:         http.StatusServiceUnavailable,
}

// sideStatus returns the statuses of one side's own refusals.
var sideStatus = func(*refusal.Error) int { return 0 }

// SetSideStatus sets the function that returns the status of one side's own
// refusals, 0 for an unknown one. A side's web calls it in its init.
func SetSideStatus(of func(*refusal.Error) int) { sideStatus = of }

// ProblemOf makes the document of any error. An error that is neither a refusal
// nor a Problem becomes «internal», and its text is not sent.
func ProblemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if refused, ok := errors.AsType[*refusal.Error](err); ok {
		return newProblem(statusOf(refused), string(refused.Code), refused.Args, err)
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return newProblem(e.Code, codeOfStatus(e.Code), nil, err)
	}
	return newProblem(http.StatusInternalServerError, internal, nil, err)
}

func statusOf(refused *refusal.Error) int {
	if status := cmp.Or(sideStatus(refused), statuses[refused.Code]); status > 0 {
		return status
	}
	return http.StatusConflict
}

func newProblem(status int, code string, args map[string]any, cause error) *Problem {
	title := http.StatusText(status)
	if title == "" {
		title = "Refused"
	}
	return &Problem{Type: "about:blank", Title: title, Status: status, Code: code, Args: args, cause: cause}
}

// Wrong refuses an invalid request; detail is for the author of a client.
func Wrong(status int, detail string) error {
	p := newProblem(status, invalid, nil, nil)
	p.Detail = detail
	return p
}

func codeOfStatus(status int) string {
	switch {
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return string(refusal.NotFound)
	case status < http.StatusInternalServerError:
		return invalid
	}
	return internal
}

// WriteProblem answers with the error's document.
func WriteProblem(c *fiber.Ctx, err error) error {
	p := ProblemOf(err)
	body, jsonErr := json.Marshal(p)
	if jsonErr != nil {
		return jsonErr
	}
	c.Set(fiber.HeaderContentType, problemType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(p.Status).Send(body)
}

// humaError is called by Huma for its own refusals (an invalid body) and for
// the errors of handlers.
func humaError(status int, message string, errs ...error) huma.StatusError {
	for _, err := range errs {
		if refusal.CodeOf(err) != "" {
			return ProblemOf(err)
		}
	}
	if status >= http.StatusInternalServerError {
		return newProblem(status, codeOfStatus(status), nil, errors.Join(errs...))
	}
	p := newProblem(status, codeOfStatus(status), nil, nil)
	p.Detail = describe(message, errs)
	return p
}
