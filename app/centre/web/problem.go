package web

import (
	"github.com/gofiber/fiber/v2"

	"kaodian/app/webkit"
)

// writeProblem answers with a problem document. If the request's body was not
// read to its end, the rest is read on for a moment, so that the phone gets to
// see the answer.
func writeProblem(c *fiber.Ctx, err error) error {
	readOn(c)
	return webkit.WriteProblem(c, err)
}
