package web

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

// access says who may call a route.
type access int

const (
	public access = iota
	users         // of every role: all of it is reading
	administrators
)

func (a access) String() string { return [...]string{"everybody", "users", "administrators"}[a] }

const (
	cookie       = "kaodian_province"
	deviceCookie = "kaodian_province_device"
	knownCookie  = "kaodian_province_known" // that the device was right for which accounts
)

// Public says that everybody may call.
func (a access) Public() bool { return a == public }

// Cookie is the session's.
func (access) Cookie() string { return cookie }

// MaxBody is the limit of a typed call's body, in bytes.
func (a access) MaxBody() int {
	if a == public {
		return webkit.AnonymousBody
	}
	return smallBody
}

// caller is who asks: the user, and where from.
type caller struct {
	webkit.Visitor
	user store.User
}

func callerOf(ctx context.Context) caller { return webkit.CallerOf[caller](ctx) }

func init() {
	webkit.SetSideStatus(func(refused *refusal.Error) int {
		if refused.Code == exam.RoleNotAllowed {
			return http.StatusForbidden
		}
		return 0
	})
}

// identify finds out who asks and refuses who may not.
func (s *Server) identify(c *fiber.Ctx, a access) (who caller, err error) {
	who.Visitor, err = s.devices.ReadVisitor(c, a == public && c.Method() == fiber.MethodPost)
	if err != nil || a == public {
		return who, err
	}
	if who.Secret = webkit.Cookie(c, cookie); who.Secret == "" {
		return who, refusal.New(login.Needed)
	}
	who.user, err = s.Store.FindSession(c.UserContext(), who.Secret)
	if err == nil && a == administrators && who.user.Role != login.Administrator {
		err = refusal.New(exam.RoleNotAllowed)
	}
	return who, err
}
