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
	public    access = iota
	users            // of every role: lists and numbers
	reviewers        // who sees faces and videos
	heads            // administrators who are limited to no centres
)

func (a access) String() string {
	return [...]string{"everybody", "users", "reviewers and administrators", "administrators of all centres"}[a]
}

// admits says whether an account may call.
func (a access) admits(user store.User) bool {
	switch a {
	case heads:
		return user.Role == store.Administrator && user.Centres == ""
	case reviewers:
		return user.Role == store.Administrator || user.Role == store.Reviewer
	}
	return true
}

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
	user   store.User
	origin string // scheme and host that the request came to
}

// limit are the centres that the caller may see.
func limit(ctx context.Context) login.Centres { return callerOf(ctx).user.Centres }

func callerOf(ctx context.Context) caller { return webkit.CallerOf[caller](ctx) }

func init() {
	webkit.SetSideStatus(func(refused *refusal.Error) int {
		switch refused.Code {
		case exam.RoleNotAllowed:
			return http.StatusForbidden
		case store.CentreUnknown:
			return http.StatusUnprocessableEntity
		}
		return 0
	})
}

// identify finds out who asks and refuses who may not.
func (s *Server) identify(c *fiber.Ctx, a access) (who caller, err error) {
	who.origin = originOf(c)
	who.Visitor, err = s.devices.ReadVisitor(c, a == public && c.Method() == fiber.MethodPost)
	if err != nil || a == public {
		return who, err
	}
	if who.Secret = webkit.Cookie(c, cookie); who.Secret == "" {
		return who, refusal.New(login.Needed)
	}
	who.user, err = s.Store.FindSession(c.UserContext(), who.Secret)
	if err == nil && !a.admits(who.user) {
		err = refusal.New(exam.RoleNotAllowed)
	}
	if err == nil {
		s.seen.Note(login.ShortID(login.HashSecret(who.Secret)), webkit.Sight{At: s.Store.Now(), Address: who.Address})
	}
	return who, err
}
