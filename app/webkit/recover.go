package webkit

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"
)

// Recover turns a panic of a request into 500 and a line of the log; the process
// goes on. It is the first handler.
func Recover(log *slog.Logger) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		defer func() {
			if reason := recover(); reason != nil {
				err = panicked(log, c.Method()+" "+c.Route().Path, reason)
			}
		}()
		return c.Next()
	}
}

// Stream is Recover for an event stream, which is written after the handler
// returned, in a goroutine of its own, where a panic would end the process. The
// stream ends, and the page reconnects.
func Stream[W any](log *slog.Logger, what string, write func(W)) func(W) {
	return func(w W) {
		defer func() {
			if reason := recover(); reason != nil {
				_ = panicked(log, what, reason) // logged; the answer has begun long ago
			}
		}()
		write(w)
	}
}

// panicked logs where it happened; the page gets «internal» only.
func panicked(log *slog.Logger, where string, reason any) error {
	log.Error("a request panicked", "where", where, "reason", fmt.Sprint(reason), "stack", string(debug.Stack()))
	return fmt.Errorf("panic: %v", reason)
}
