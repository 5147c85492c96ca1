package webkit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
)

// Access names who may call a route; String is its text in the API's
// description.
type Access interface {
	fmt.Stringer
	MaxBody() int   // bytes of a typed call's body
	Public() bool   // everybody may call
	Cookie() string // names the session
}

// Router has the routes of one API: it identifies the caller before anything is
// read, logs errors that are no refusals, and describes the routes.
type Router[A Access] struct {
	App  *fiber.App
	API  huma.API
	Base string // where the API begins
	Log  *slog.Logger
	Now  func() time.Time
	// Identify finds the caller (CallerOf) and refuses one who may not call.
	Identify func(*fiber.Ctx, A) (caller any, err error)
	// ReadBody reads a stream's body, at most limit bytes; nil if the server has
	// read it already.
	ReadBody func(limit int) fiber.Handler
	// Lacks is the refusal for an error that means that the machine lacks
	// something, "" for any other; it may be nil.
	Lacks func(error) refusal.Code
	// NameParameters puts the names of a path's parameters into the operation's
	// id: get-clips-id-video in place of get-clips-video.
	NameParameters bool

	bodies Bodies // of typed calls
	grants Grants // permissions to read on in files
}

// Route is one call of the API, with who may call it.
type Route[A Access] struct {
	Method, Path string
	Access       A
	Summary      string

	body     int  // of a stream: the largest body, in bytes
	streams  bool // the handler reads the body itself, however long it is
	register func(*Router[A], Route[A])
}

// UnexpectedBody is how much of an unexpected body is read and dropped, in bytes.
const UnexpectedBody = 4 << 10

// Call is a typed JSON route.
func Call[A Access, In, Out any](method, path string, who A, summary string, handle func(context.Context, *In) (*Out, error)) Route[A] {
	return Route[A]{Method: method, Path: path, Access: who, Summary: summary, register: func(r *Router[A], route Route[A]) {
		op := r.operation(route)
		op.MaxBodyBytes = int64(who.MaxBody()) + 1 // Huma's limit is one that must not be reached
		op.Middlewares = huma.Middlewares{r.admitCall(who, HasBody[In]())}
		huma.Register(r.API, op, func(ctx context.Context, in *In) (*Out, error) {
			out, err := handle(ctx, in)
			return out, r.logged(op.OperationID, err)
		})
	}}
}

// Native is a native Fiber route; the description only names it.
func Native[A Access](method, path string, who A, summary string, handle fiber.Handler) Route[A] {
	return Route[A]{Method: method, Path: path, Access: who, Summary: summary, body: UnexpectedBody, register: func(r *Router[A], route Route[A]) {
		op := r.operation(route)
		op.Responses = map[string]*huma.Response{"200": {Description: summary}}
		r.API.OpenAPI().AddOperation(&op)
		handlers := []fiber.Handler{r.admit(who)}
		if r.ReadBody != nil && !route.streams {
			handlers = append(handlers, r.ReadBody(route.body))
		}
		r.App.Add(method, fiberPath(path), append(handlers, func(c *fiber.Ctx) error {
			if err := r.logged(op.OperationID, handle(c)); err != nil {
				return WriteProblem(c, err)
			}
			return nil
		})...)
	}}
}

// Takes lets a stream have a body.
func Takes[A Access](body int, route Route[A]) Route[A] {
	route.body = body
	return route
}

// Streams lets a stream's handler read the body itself.
func Streams[A Access](route Route[A]) Route[A] {
	route.streams = true
	return route
}

// Split parts the routes whose handlers read the body from the rest: they stand
// before what refuses long bodies.
func Split[A Access](all []Route[A]) (streams, rest []Route[A]) {
	for _, route := range all {
		if route.streams {
			streams = append(streams, route)
		} else {
			rest = append(rest, route)
		}
	}
	return streams, rest
}

// File is a stream of a file, which players read in many ranges.
func File[A Access](path string, who A, summary string, handle fiber.Handler) Route[A] {
	route := Native(http.MethodGet, path, who, summary, handle)
	register := route.register
	route.register = func(r *Router[A], route Route[A]) {
		r.App.Get(fiberPath(path), r.grants.Read(who.Cookie(), r.Now))
		register(r, route)
	}
	return route
}

// Add registers the routes.
func (r *Router[A]) Add(routes []Route[A]) {
	for _, route := range routes {
		route.register(r, route)
	}
}

// Describe names a route that is registered elsewhere.
func (r *Router[A]) Describe(op huma.Operation) {
	op.OperationID = r.operationID(op.Method, op.Path)
	r.API.OpenAPI().AddOperation(&op)
}

// Description is the description of the API as indented JSON.
func (r *Router[A]) Description() ([]byte, error) {
	compact, err := r.API.OpenAPI().MarshalJSON()
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = json.Indent(&text, compact, "", "  ")
	return text.Bytes(), err
}

func (r *Router[A]) operation(route Route[A]) huma.Operation {
	return huma.Operation{
		OperationID: r.operationID(route.Method, route.Path),
		Method:      route.Method,
		Path:        route.Path,
		Summary:     route.Summary,
		Description: "For: " + route.Access.String() + ".",
	}
}

func (r *Router[A]) operationID(method, path string) string {
	words := []string{strings.ToLower(method)}
	for word := range strings.SplitSeq(strings.TrimPrefix(path, r.Base), "/") {
		if strings.HasPrefix(word, "{") && !r.NameParameters {
			continue
		}
		if word = strings.Trim(word, "{}"); word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, "-")
}

func fiberPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// logged logs errors that are no refusals: the caller gets «internal» only,
// unless the machine lacks something, which has its own next step.
func (r *Router[A]) logged(operation string, err error) error {
	if err == nil || refusal.CodeOf(err) != "" {
		return err
	}
	lacks := refusal.Code("")
	if r.Lacks != nil {
		lacks = r.Lacks(err)
	}
	if lacks != "" || !errors.Is(err, context.Canceled) && ProblemOf(err).Status >= http.StatusInternalServerError {
		r.Log.Error("a request failed", "operation", operation, "error", err)
	}
	if lacks != "" {
		return errors.Join(refusal.New(lacks), err)
	}
	return err
}
