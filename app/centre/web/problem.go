package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/webkit"
)

// wrong refuses a request that is wrong as a request, whatever the exam says;
// detail is for whoever writes a client.
func wrong(status int, detail string) error {
	return &webkit.Problem{
		Type:   "about:blank",
		Title:  http.StatusText(status),
		Status: status,
		Code:   "invalid_request",
		Detail: detail,
	}
}

// writeProblem answers with a problem document. If the request's body was not
// read to its end, the rest is read on for a moment, so that the phone gets to
// see the answer.
func writeProblem(c *fiber.Ctx, err error) error {
	readOn(c)
	return webkit.WriteProblem(c, err)
}
