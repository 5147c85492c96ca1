package access

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/upload"
	"kaodian/app/webkit"
)

// CheckPlace refuses who may not record where they are (R4).
func (d *Door) CheckPlace(ctx context.Context, who Caller) error {
	return d.store.CheckPlace(ctx, who.Session, webkit.IsOwn(who.Address))
}

// AuthoriseDesk is Identify for the files that the desk takes in by cable or
// card, in the place of a candidate's phone.
func (d *Door) AuthoriseDesk(c *fiber.Ctx) (upload.Principal, error) {
	who, err := d.Identify(c, Desk)
	return upload.Principal{Staff: who.Session.Subject}, err
}

// AuthorisePhone names a phone on which nobody is logged in, by its device. What
// it may do with that is for whoever gave the device its place to say.
func (d *Door) AuthorisePhone(c *fiber.Ctx) (upload.Principal, error) {
	who, err := d.Devices.ReadVisitor(c, true)
	return upload.Principal{Owner: who.Device, Device: who.Device}, err
}

// Authorise is Identify for the uploads; one begins only where one may record.
func (d *Door) Authorise(c *fiber.Ctx) (upload.Principal, error) {
	who, err := d.Identify(c, Candidates)
	if err == nil && c.Method() == fiber.MethodPost {
		err = d.CheckPlace(c.UserContext(), who)
	}
	return upload.Principal{Owner: who.Session.Subject, Device: who.Session.Device}, err
}
