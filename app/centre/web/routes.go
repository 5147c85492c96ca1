package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"syscall"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/durable"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// route is one call of the API. Whoever may call it is named with it; there
// is no route without.
type route struct {
	method, path string
	access       access
	summary      string
	body         int // of a stream: what it takes, in bytes
	register     func(*Server, route)
}

// routes is the whole API but for the uploads, which Tus registers with
// candidates only.
func (s *Server) routes() []route {
	return []route{
		// The candidate's way in.
		call(http.MethodPost, "/api/v1/login", public, "Log in with ticket and ID number (R4)", s.login),
		call(http.MethodPost, "/api/v1/pass", public, "Log in with the token of a QR code (R4)", s.pass),
		call(http.MethodPost, "/api/v1/logout", candidates, "Log out", s.logout),
		call(http.MethodGet, "/api/v1/me", candidates, "Who is logged in", s.me),
		call(http.MethodGet, "/api/v1/orders", candidates, "The person's orders (R5)", s.listOrders),
		call(http.MethodGet, "/api/v1/orders/{id}", candidates, "One order", s.getOrder),
		stream(http.MethodGet, "/api/v1/orders/{id}/photo", candidates, "The person's own registration photo (R5)", s.getOwnPhoto),
		call(http.MethodGet, "/api/v1/orders/{id}/rules", candidates, "The exam rules for the order (R6)", s.getRules),
		stream(http.MethodGet, "/api/v1/orders/{id}/rules/download", candidates, "The exam rules as a file (R6)", s.downloadRules),
		stream(http.MethodGet, "/api/v1/rules/pictures/{id}", candidates, "A drawn picture of the rules (R6)", s.getRulesPicture),
		stream(http.MethodGet, "/api/v1/rules/video", candidates, "The rules as a video, with ranges (R6)", s.getRulesVideo),
		stream(http.MethodGet, "/api/v1/rules/subtitles/{language}", candidates, "The video's words as WebVTT", s.getRulesSubtitles),
		call(http.MethodPost, "/api/v1/orders/{id}/passes", candidates, "A QR code that logs in once (R4)", s.createPass),
		call(http.MethodPost, "/api/v1/orders/{id}/consent", candidates, "Answer about face recognition (R25)", s.consent),
		call(http.MethodPost, "/api/v1/orders/{id}/attempts", candidates, "Agree and start the attempt (R7)", s.startAttempt),
		call(http.MethodPost, "/api/v1/orders/{id}/practice", candidates, "Start a practice run 模拟考试 (R26)", s.startPractice),
		stream(http.MethodGet, "/api/v1/speed", candidates, "Bytes that do not pack, to measure the line", s.sendSpeed),
		takes(1<<20, stream(http.MethodPost, "/api/v1/speed", candidates, "Takes up to 1 MiB and keeps nothing, to measure the line", s.takeSpeed)),

		// Help (R30), also for a phone that could not log in.
		call(http.MethodPost, "/api/v1/help", visitors, "I need help, why, and how the phone is", s.askForHelp),
		call(http.MethodPost, "/api/v1/help/state", visitors, "How the phone is while its call is open", s.tellHelp),
		call(http.MethodGet, "/api/v1/help", visitors, "Whether the call is open, and what staff answered", s.getHelp),
		call(http.MethodPost, "/api/v1/help/read", visitors, "The answers were read", s.readHelp),
		call(http.MethodDelete, "/api/v1/help", visitors, "No help needed any more", s.endHelp),
		stream(http.MethodGet, "/api/v1/help/events", candidates, "The device's call whenever it changes", s.helpEvents),

		// The attempt.
		call(http.MethodGet, "/api/v1/attempts/{id}", candidates, "The attempt as it is now", s.getAttempt),
		call(http.MethodPost, "/api/v1/attempts/{id}/acknowledge", candidates, "Reveal the exam code (R8)", s.acknowledge),
		call(http.MethodPost, "/api/v1/attempts/{id}/takeover", candidates, "Go on with the attempt on this device (R10)", s.takeOver),
		call(http.MethodPost, "/api/v1/attempts/{id}/submit", candidates, "Submit (R14)", s.submit),
		call(http.MethodPost, "/api/v1/attempts/{id}/reset", candidates, "Reset (R15)", s.reset),
		stream(http.MethodGet, "/api/v1/attempts/{id}/events", candidates, "The attempt whenever it changes", s.events),
		stream(http.MethodGet, "/api/v1/attempts/{id}/drawn/{item}", candidates, "The drawn score, while the attempt runs (R9)", s.getDrawn),

		// Clips.
		call(http.MethodGet, "/api/v1/clips/{id}", candidates, "A clip", s.getClip),
		call(http.MethodDelete, "/api/v1/clips/{id}", candidates, "Delete a clip (R12)", s.deleteClip),
		call(http.MethodPost, "/api/v1/clips/{id}/move", candidates, "Move a clip to another item (R12)", s.moveClip),
		call(http.MethodPost, "/api/v1/clips/{id}/want", candidates, "Somebody waits to see it: what every phone plays of it is made before all else (R12)", s.wantClip),
		call(http.MethodPost, "/api/v1/clips/{id}/previewed", candidates, "The clip was played (R14)", s.previewed),
		stream(http.MethodGet, "/api/v1/clips/{id}/thumbnail", candidates, "A small picture of the clip", s.getThumbnail),
		clipVideo("/api/v1/clips/{id}/video", candidates, "The original, or with as=rendition or as=preview what was made of it", s.getVideo),

		// Staff.
		call(http.MethodPost, "/api/v1/staff/login", public, "Log in as staff", s.staffLogin),
		call(http.MethodPost, "/api/v1/staff/logout", staff, "Log out", s.logout),
		call(http.MethodGet, "/api/v1/staff/me", staff, "Who is logged in", s.staffMe),
		call(http.MethodGet, "/api/v1/staff/attempts", desk, "Running attempts, then those of the last day", s.listBoard),
		call(http.MethodPost, "/api/v1/staff/attempts/{id}/extra-time", desk, "Give an attempt extra time 补时 (R22)", s.giveExtraTime),
		call(http.MethodPost, "/api/v1/staff/extra-time", desk, "Give extra time to all that run, or ran at a moment (R22)", s.giveAllExtraTime),
		call(http.MethodGet, "/api/v1/staff/help", desk, "Who needs help: candidates, then phones at the log-in; the longest waiting first (R30)", s.listHelp),
		call(http.MethodPost, "/api/v1/staff/help/{id}/answer", desk, "Answer a call: the phone shows it as a card", s.answerHelp),
		call(http.MethodPost, "/api/v1/staff/help/{id}/done", desk, "The call is closed", s.closeHelp),
		call(http.MethodGet, "/api/v1/staff/devices", desk, "Computers that may record and upload (R4)", s.listDevices),
		call(http.MethodPost, "/api/v1/staff/devices", desk, "Allow the computer that shows this number", s.allowDevice),
		call(http.MethodDelete, "/api/v1/staff/devices/{number}", desk, "Withdraw the leave", s.withdrawDevice),
		call(http.MethodGet, "/api/v1/staff/locks", desk, "Where many log-ins were wrong, the latest first (R4)", s.listLocks),
		call(http.MethodPost, "/api/v1/staff/locks/lift", desk, "Let an account log in again at once", s.unlock),
		call(http.MethodGet, "/api/v1/staff/clips", desk, "Clips with their findings, newest first", s.listClips),
		call(http.MethodGet, "/api/v1/staff/clips/{id}", desk, "A clip with its findings", s.getStaffClip),
		clipVideo("/api/v1/staff/clips/{id}/video", staff, "The clip's video", s.getStaffVideo),
		stream(http.MethodGet, "/api/v1/staff/clips/{id}/sheet", staff, "The clip's contact sheet", s.getSheet),
		stream(http.MethodGet, "/api/v1/staff/clips/{id}/photo", staff, "The candidate's registration photo", s.getPhoto),
		stream(http.MethodGet, "/api/v1/staff/evidence/{sha256}", staff, "An evidence frame", s.getEvidence),
		call(http.MethodGet, "/api/v1/staff/jobs", desk, "Jobs that wait after a failure, and parked ones", s.listJobs),
		call(http.MethodPost, "/api/v1/staff/jobs/{id}/retry", machine, "Try a parked job again", s.retryJob),
		call(http.MethodGet, "/api/v1/staff/time", desk, "How the exam's clock stands", s.getTime),
		call(http.MethodPost, "/api/v1/staff/time", desk, "Say what time it is, after the machine's clock jumped", s.confirmTime),
		call(http.MethodGet, "/api/v1/staff/storage", desk, "How the disk stands", s.getStorage),
		call(http.MethodPost, "/api/v1/staff/storage/seen", desk, "The failure of the disk was seen", s.seeStorage),
		call(http.MethodGet, "/api/v1/staff/sync", desk, "How sending to the province stands", s.syncStatus),
		call(http.MethodPost, "/api/v1/staff/sync", desk, "Send now", s.sendNow),
		call(http.MethodGet, "/api/v1/staff/room", desk, "How far the disk reaches, in candidates (R27)", s.getRoom),
		call(http.MethodPost, "/api/v1/staff/room/free", machine, "Let go now of videos that the province has received (I5)", s.freeRoom),

		// The review. An examiner sees final orders only, and not whose they are (R21).
		call(http.MethodGet, "/api/v1/staff/review", staff, "Clips to review, the most doubtful first", s.listReview),
		call(http.MethodGet, "/api/v1/staff/review/{id}", staff, "A clip as a reviewer sees it", s.getReview),
		call(http.MethodGet, "/api/v1/staff/review/{id}/identity", staff, "Who plays, and the comparison; noted (R21)", s.getIdentity),
		stream(http.MethodGet, "/api/v1/staff/review/{id}/question", staff, "The score that was drawn", s.getReviewQuestion),
		call(http.MethodPost, "/api/v1/staff/review/{id}/announcement", reviewers, "Tick a part of the announcement (R33)", s.hearAnnouncement),
		call(http.MethodPost, "/api/v1/staff/review/{id}/departures", reviewers, "Mark a departure from the recording requirements (R32)", s.markDeparture),
		call(http.MethodDelete, "/api/v1/staff/review/{id}/departures/{departure}", reviewers, "Take a marked departure back", s.withdrawDeparture),
		call(http.MethodPost, "/api/v1/staff/review/{id}/decisions", deciders, "Decide about the clip or its order (R20)", s.decide),
		call(http.MethodPost, "/api/v1/staff/review/{id}/decisions/{decision}/undo", deciders, "Take a decision back (R20)", s.undoDecision),
		call(http.MethodPost, "/api/v1/staff/review/{id}/marks", examiners, "Mark the clip's item or, as a whole, its order; or keep a draft (R21)", s.giveMark),

		// The machine.
		call(http.MethodGet, "/api/v1/centre", public, "How the centre is reached, and its time", s.getCentre),
		stream(http.MethodGet, certificatePath, public, "The local authority's root", s.sendRoot),
		stream(http.MethodGet, profilePath, public, "The same for iPhones and iPads", s.sendProfile),
		stream(http.MethodGet, "/healthz", public, "Alive", s.healthz),
		stream(http.MethodGet, "/readyz", public, "Able to take work", s.readyz),
		stream(http.MethodGet, "/metrics", staffOrLoopback, "Prometheus text", s.metrics),
	}
}

// call is a typed JSON route.
func call[In, Out any](method, path string, who access, summary string, handle func(context.Context, *In) (*Out, error)) route {
	return route{method: method, path: path, access: who, summary: summary, register: func(s *Server, r route) {
		op := r.operation()
		op.MaxBodyBytes = int64(who.mostBody()) + 1 // Huma's limit is one that must not be reached
		op.Middlewares = huma.Middlewares{s.admitCall(who, webkit.HasBody[In]())}
		huma.Register(s.api, op, func(ctx context.Context, in *In) (*Out, error) {
			out, err := handle(ctx, in)
			return out, s.logged(op.OperationID, err)
		})
	}}
}

// stream is a native Fiber route; the description only names it.
func stream(method, path string, who access, summary string, handle fiber.Handler) route {
	return route{method: method, path: path, access: who, summary: summary, register: func(s *Server, r route) {
		op := r.operation()
		op.Responses = map[string]*huma.Response{"200": {Description: summary}}
		s.api.OpenAPI().AddOperation(&op)
		s.app.Add(method, fiberPath(path), s.admit(who), smallBodies(max(r.body, strayBody)), func(c *fiber.Ctx) error {
			if err := s.logged(op.OperationID, handle(c)); err != nil {
				return webkit.WriteProblem(c, err)
			}
			return nil
		})
	}}
}

// takes lets a stream have a body.
func takes(body int, r route) route {
	r.body = body
	return r
}

// clipVideo is a stream of a clip's file, which players read in many parts.
func clipVideo(path string, who access, summary string, handle fiber.Handler) route {
	r := stream(http.MethodGet, path, who, summary, handle)
	register := r.register
	r.register = func(s *Server, r route) {
		s.app.Get(fiberPath(path), s.leaves.Read(cookieOf(who), s.Store.Now))
		register(s, r)
	}
	return r
}

func (r route) operation() huma.Operation {
	return huma.Operation{
		OperationID: operationID(r.method, r.path),
		Method:      r.method,
		Path:        r.path,
		Summary:     r.summary,
		Description: "For: " + r.access.String() + ".",
	}
}

// operationID makes post-orders-attempts of POST /api/v1/orders/{id}/attempts.
func operationID(method, path string) string {
	words := []string{strings.ToLower(method)}
	for word := range strings.SplitSeq(strings.TrimPrefix(path, base), "/") {
		if word = strings.Trim(word, "{}"); word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, "-")
}

func fiberPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// logged writes down errors that are no refusals: the caller is told
// «internal» only, unless it is the machine's want, with its own next step.
func (s *Server) logged(operation string, err error) error {
	if code := s.wantOf(err); code != "" {
		s.Log.Error("a request failed", "operation", operation, "error", err)
		return errors.Join(exam.Refuse(code), err)
	}
	if err != nil && !errors.Is(err, context.Canceled) && exam.CodeOf(err) == "" && webkit.ProblemOf(err).Status >= http.StatusInternalServerError {
		s.Log.Error("a request failed", "operation", operation, "error", err)
	}
	return err
}

// wantOf is the refusal for what the machine lacks, "" for another error.
func (s *Server) wantOf(err error) exam.Code {
	switch {
	case err == nil || exam.CodeOf(err) != "":
		return ""
	case s.Engine.Failure() != nil, durable.Broken(err):
		return exam.StorageFailed
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return exam.DiskFull
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return exam.TooManyConnections
	}
	return ""
}

// describeTus names the upload routes in the API's description.
func describeTus(api huma.API) {
	id := []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	for _, op := range []huma.Operation{
		{Method: http.MethodPost, Path: base + "/uploads", Summary: "tus: begin an upload"},
		{Method: http.MethodHead, Path: base + "/uploads/{id}", Summary: "tus: how far the upload is", Parameters: id},
		{Method: http.MethodPatch, Path: base + "/uploads/{id}", Summary: "tus: go on with the upload", Parameters: id},
		{Method: http.MethodDelete, Path: base + "/uploads/{id}", Summary: "tus: give the upload up", Parameters: id},
	} {
		op.OperationID = operationID(op.Method, op.Path)
		op.Description = "For: candidates. tus 1.0.0 with creation, creation-with-upload, termination, expiration and checksum."
		op.Responses = map[string]*huma.Response{"204": {Description: op.Summary}}
		api.OpenAPI().AddOperation(&op)
	}
}
