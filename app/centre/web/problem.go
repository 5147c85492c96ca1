package web

import (
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/exam"
)

// problem is an error answer (RFC 9457). Code is stable: the pages translate
// it, with Args as what its sentence needs.
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Code   exam.Code      `json:"code"`
	Args   map[string]any `json:"args,omitempty"`
}

// Codes of requests that are wrong as requests, whatever the exam says.
const (
	codeBadRequest  exam.Code = "bad_request"
	codeTooLarge    exam.Code = "request_too_large"
	codeWrongType   exam.Code = "wrong_content_type"
	codeTusVersion  exam.Code = "tus_version_unknown"
	codeNoSuchRoute exam.Code = "no_such_address"
	codeNotAllowed  exam.Code = "method_not_allowed"
	codeInternal    exam.Code = "internal_error"
)

// statusChecksumMismatch is tus's own.
const statusChecksumMismatch = 460

// statuses is the one table from codes to HTTP. A code that is not in it is a
// refusal because of the exam's state: 409.
var statuses = map[exam.Code]int{
	exam.NotFound:           http.StatusNotFound,
	exam.UploadNotFound:     http.StatusNotFound,
	exam.UploadTooLarge:     http.StatusRequestEntityTooLarge,
	exam.UploadEmpty:        http.StatusBadRequest,
	exam.UploadFailed:       http.StatusConflict,
	exam.OffsetMismatch:     http.StatusConflict,
	exam.ChecksumMismatch:   statusChecksumMismatch,
	exam.DiskFull:           http.StatusInsufficientStorage,
	exam.StorageFailed:      http.StatusServiceUnavailable,
	exam.TooManyConnections: http.StatusServiceUnavailable,
	exam.WrongLogin:         http.StatusUnauthorized,
	exam.LoginNeeded:        http.StatusUnauthorized,
	exam.TooManyTries:       http.StatusTooManyRequests,
	exam.OriginRefused:      http.StatusForbidden,
	exam.GradeInvalid:       http.StatusUnprocessableEntity,
	exam.WindowInvalid:      http.StatusUnprocessableEntity,
	exam.ReasonMissing:      http.StatusUnprocessableEntity,
	exam.GuardianMissing:    http.StatusUnprocessableEntity,
	exam.ExtraTimeInvalid:   http.StatusUnprocessableEntity,
	exam.DecisionInvalid:    http.StatusUnprocessableEntity,

	codeBadRequest:  http.StatusBadRequest,
	codeTooLarge:    http.StatusRequestEntityTooLarge,
	codeWrongType:   http.StatusUnsupportedMediaType,
	codeTusVersion:  http.StatusPreconditionFailed,
	codeNoSuchRoute: http.StatusNotFound,
	codeNotAllowed:  http.StatusMethodNotAllowed,
	codeInternal:    http.StatusInternalServerError,
}

func statusOf(code exam.Code) int {
	if status, ok := statuses[code]; ok {
		return status
	}
	return http.StatusConflict
}

// requestError is a request that is wrong as a request; detail is for
// whoever writes a client.
type requestError struct {
	code   exam.Code
	detail string
}

func (e *requestError) Error() string { return string(e.code) + ": " + e.detail }

// problemOf turns any error into an answer. What is no refusal is told
// nobody: it may name files.
func problemOf(err error) problem {
	if refusal, ok := errors.AsType[*exam.Error](err); ok {
		return newProblem(refusal.Code, statusOf(refusal.Code), "", refusal.Args)
	}
	if wrong, ok := errors.AsType[*requestError](err); ok {
		return newProblem(wrong.code, statusOf(wrong.code), wrong.detail, nil)
	}
	if wrong, ok := errors.AsType[*fiber.Error](err); ok {
		return newProblem(codeOfStatus(wrong.Code), wrong.Code, "", nil)
	}
	return newProblem(codeInternal, http.StatusInternalServerError, "", nil)
}

func newProblem(code exam.Code, status int, detail string, args map[string]any) problem {
	title := http.StatusText(status)
	if status == statusChecksumMismatch {
		title = "Checksum Mismatch"
	}
	return problem{Type: "about:blank", Title: title, Status: status, Detail: detail, Code: code, Args: args}
}

// codeOfStatus names what Fiber and fasthttp refuse by themselves.
func codeOfStatus(status int) exam.Code {
	switch status {
	case http.StatusNotFound:
		return codeNoSuchRoute
	case http.StatusMethodNotAllowed:
		return codeNotAllowed
	case http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge:
		return codeTooLarge
	case http.StatusServiceUnavailable:
		return exam.TooManyConnections
	}
	if status >= http.StatusInternalServerError {
		return codeInternal
	}
	return codeBadRequest
}

// writeProblem answers with a problem document. If the request's body was not
// read to its end, the rest is read on for a moment so that the phone gets to
// see the answer.
func writeProblem(c *fiber.Ctx, err error) error {
	p := problemOf(err)
	readOn(c)
	c.Status(p.Status)
	if encodeErr := c.JSON(p); encodeErr != nil {
		return encodeErr
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return nil
}
