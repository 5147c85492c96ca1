package webkit

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

type callerKey struct{}

// CallerOf is who asks, as Identify found out.
func CallerOf[C any](ctx context.Context) C {
	who, _ := ctx.Value(callerKey{}).(C)
	return who
}

// WithCaller is a context in which CallerOf finds who asks.
func WithCaller(ctx context.Context, who any) context.Context {
	return context.WithValue(ctx, callerKey{}, who)
}

// admitCall is in front of a typed route: who asks comes first, and nothing is
// read of those who may not.
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
		if a.Public() || c.Method() == fiber.MethodGet { // what changes something is done, whoever waits for it
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
