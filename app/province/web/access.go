package web

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

// access says who may call a route.
type access int

const (
	public access = iota
	users         // of every role: all of it is reading
)

func (a access) String() string { return [...]string{"everybody", "users"}[a] }

const (
	cookie       = "kaodian_province"
	deviceCookie = "kaodian_province_device"
	knownCookie  = "kaodian_province_known" // that the device was right for which accounts
)

// caller is who asks: the user, and where from.
type caller struct {
	user      store.User
	secret    string // of the session
	address   string // socket address without port
	device    string // of the cookie that we signed, or a fresh one
	fresh     bool   // the device has no cookie yet
	known     string // the cookie of that name
	setCookie func(name, value string, life time.Duration)
}

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	who, _ := ctx.Value(callerKey{}).(caller)
	return who
}

// identify finds out who asks and refuses who may not.
func (s *Server) identify(c *fiber.Ctx, a access) (caller, error) {
	who := caller{address: webkit.Address(c), known: webkit.Cookie(c, knownCookie)}
	who.setCookie = func(name, value string, life time.Duration) { webkit.SetCookie(c, name, value, life) }
	if a == public {
		var err error
		if c.Method() != fiber.MethodPost {
			return who, nil
		}
		if who.device, err = s.devices.Read(c.UserContext(), webkit.Cookie(c, deviceCookie)); err != nil {
			return who, err
		}
		if who.fresh = who.device == ""; who.fresh {
			who.device = webkit.NewDevice()
		}
		return who, nil
	}
	if who.secret = webkit.Cookie(c, cookie); who.secret == "" {
		return who, exam.Refuse(exam.LoginNeeded)
	}
	var err error
	who.user, err = s.Store.FindSession(c.UserContext(), who.secret)
	return who, err
}

// admitCall is in front of a typed route: who asks comes first.
func (s *Server) admitCall(a access, hasBody bool) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := humafiber.Unwrap(ctx)
		c.Set(fiber.HeaderCacheControl, "no-store")
		who, err := s.identify(c, a)
		if err == nil {
			var release func()
			release, err = s.bodies.Take(c, a.mostBody(), hasBody)
			defer release()
		}
		if err != nil {
			// Fiber sees the answer only; what WriteProblem cannot write is gone with the browser.
			_ = webkit.WriteProblem(c, s.logged("identify", err))
			return
		}
		if a == public || c.Method() == fiber.MethodGet { // what changes something is done, whoever waits for it
			there, stop := webkit.WhileThere(c)
			defer stop()
			ctx = huma.WithContext(ctx, there)
		}
		next(huma.WithValue(ctx, callerKey{}, who))
	}
}

// mostBody is the limit of a typed call's body, in bytes.
func (a access) mostBody() int {
	if a == public {
		return webkit.StrangerBody
	}
	return smallBody
}

// admit is identify in front of a native route.
func (s *Server) admit(a access) fiber.Handler {
	return func(c *fiber.Ctx) error {
		who, err := s.identify(c, a)
		if err != nil {
			return webkit.WriteProblem(c, s.logged("identify", err))
		}
		c.SetUserContext(context.WithValue(c.UserContext(), callerKey{}, who))
		return c.Next()
	}
}
