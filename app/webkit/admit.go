package webkit

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

type callerKey struct{}

// CallerOf is the caller that Identify found.
func CallerOf[C any](ctx context.Context) C {
	who, _ := ctx.Value(callerKey{}).(C)
	return who
}

// WithCaller is a context in which CallerOf finds the caller.
func WithCaller(ctx context.Context, who any) context.Context {
	return context.WithValue(ctx, callerKey{}, who)
}

// admitCall stands in front of a typed route: it identifies the caller before
// anything is read, and refuses one who may not call.
func (r *Router[A]) admitCall(a A, hasBody bool) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := humafiber.Unwrap(ctx)
		c.Set(fiber.HeaderCacheControl, "no-store")
		who, err := r.Identify(c, a)
		if err == nil {
			var release func()
			release, err = r.bodies.Take(c, a.MaxBody(), hasBody)
			defer release()
		}
		if err != nil {
			// Fiber sees the answer only; what WriteProblem cannot write is gone with the caller.
			_ = WriteProblem(c, r.logged("identify", err))
			return
		}
		if a.Public() || c.Method() == fiber.MethodGet { // a change is completed even if its caller hung up
			there, stop := WhileThere(c)
			defer stop()
			ctx = huma.WithContext(ctx, there)
		}
		next(huma.WithValue(ctx, callerKey{}, who))
	}
}

// admit is Identify in front of a native route.
func (r *Router[A]) admit(a A) fiber.Handler {
	return func(c *fiber.Ctx) error {
		who, err := r.Identify(c, a)
		if err != nil {
			return WriteProblem(c, r.logged("identify", err))
		}
		c.SetUserContext(WithCaller(c.UserContext(), who))
		return c.Next()
	}
}
