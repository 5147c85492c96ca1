package web

import (
	"errors"
	"net/http"
	"syscall"

	"github.com/danielgtaylor/huma/v2"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/webkit"
)

type route = webkit.Route[access]

// routes is the whole API but for the uploads, which Tus registers with
// candidates only.
func (s *Server) routes() []route {
	return []route{
		// The candidate's way in.
		webkit.Call(http.MethodPost, "/api/v1/login", public, "Log in with ticket and ID number (R4)", s.login),
		webkit.Call(http.MethodPost, "/api/v1/pass", public, "Log in with the token of a QR code (R4)", s.pass),
		webkit.Call(http.MethodPost, "/api/v1/logout", candidates, "Log out", s.logout),
		webkit.Call(http.MethodGet, "/api/v1/me", candidates, "Who is logged in", s.me),
		webkit.Call(http.MethodGet, "/api/v1/orders", candidates, "The person's orders (R5)", s.listOrders),
		webkit.Call(http.MethodGet, "/api/v1/orders/{id}", candidates, "One order", s.getOrder),
		webkit.Native(http.MethodGet, "/api/v1/orders/{id}/photo", candidates, "The person's own registration photo (R5)", s.getOwnPhoto),
		webkit.Call(http.MethodGet, "/api/v1/orders/{id}/rules", candidates, "The exam rules for the order (R6)", s.getRules),
		webkit.Native(http.MethodGet, "/api/v1/orders/{id}/rules/download", candidates, "The exam rules as a file (R6)", s.downloadRules),
		webkit.Native(http.MethodGet, "/api/v1/rules/pictures/{id}", candidates, "A drawn picture of the rules (R6)", s.getRulesPicture),
		webkit.Native(http.MethodGet, "/api/v1/rules/video", candidates, "The rules as a video, with ranges (R6)", s.getRulesVideo),
		webkit.Native(http.MethodGet, "/api/v1/rules/subtitles/{language}", candidates, "The video's words as WebVTT", s.getRulesSubtitles),
		webkit.Call(http.MethodPost, "/api/v1/orders/{id}/passes", candidates, "A QR code that logs in once (R4)", s.createPass),
		webkit.Call(http.MethodPost, "/api/v1/orders/{id}/consent", candidates, "Answer about face recognition (R25)", s.consent),
		webkit.Call(http.MethodPost, "/api/v1/orders/{id}/attempts", candidates, "Agree and start the attempt (R7)", s.startAttempt),
		webkit.Call(http.MethodPost, "/api/v1/orders/{id}/practice", candidates, "Start a practice run 模拟考试 (R26)", s.startPractice),
		webkit.Native(http.MethodGet, "/api/v1/speed", candidates, "Bytes that do not pack, to measure the line", s.sendSpeed),
		webkit.Takes(1<<20, webkit.Native(http.MethodPost, "/api/v1/speed", candidates, "Takes up to 1 MiB and keeps nothing, to measure the line", s.takeSpeed)),

		// Help (R30), also for a phone that could not log in.
		webkit.Call(http.MethodPost, "/api/v1/help", visitors, "I need help, why, and how the phone is", s.askForHelp),
		webkit.Call(http.MethodPost, "/api/v1/help/state", visitors, "How the phone is while its call is open", s.tellHelp),
		webkit.Call(http.MethodGet, "/api/v1/help", visitors, "Whether the call is open, and what staff answered", s.getHelp),
		webkit.Call(http.MethodPost, "/api/v1/help/read", visitors, "The answers were read", s.readHelp),
		webkit.Call(http.MethodDelete, "/api/v1/help", visitors, "No help needed any more", s.endHelp),
		webkit.Native(http.MethodGet, "/api/v1/help/events", candidates, "The device's call whenever it changes", s.helpEvents),

		// The attempt.
		webkit.Call(http.MethodGet, "/api/v1/attempts/{id}", candidates, "The attempt as it is now", s.getAttempt),
		webkit.Call(http.MethodPost, "/api/v1/attempts/{id}/acknowledge", candidates, "Reveal the exam code (R8)", s.acknowledge),
		webkit.Call(http.MethodPost, "/api/v1/attempts/{id}/takeover", candidates, "Go on with the attempt on this device (R10)", s.takeOver),
		webkit.Call(http.MethodPost, "/api/v1/attempts/{id}/submit", candidates, "Submit (R14)", s.submit),
		webkit.Call(http.MethodPost, "/api/v1/attempts/{id}/reset", candidates, "Reset (R15)", s.reset),
		webkit.Native(http.MethodGet, "/api/v1/attempts/{id}/events", candidates, "The attempt whenever it changes", s.events),
		webkit.Native(http.MethodGet, "/api/v1/attempts/{id}/drawn/{item}", candidates, "The drawn score, while the attempt runs (R9)", s.getDrawn),

		// Clips.
		webkit.Call(http.MethodGet, "/api/v1/clips/{id}", candidates, "A clip", s.getClip),
		webkit.Call(http.MethodDelete, "/api/v1/clips/{id}", candidates, "Delete a clip (R12)", s.deleteClip),
		webkit.Call(http.MethodPost, "/api/v1/clips/{id}/move", candidates, "Move a clip to another item (R12)", s.moveClip),
		webkit.Call(http.MethodPost, "/api/v1/clips/{id}/want", candidates, "Somebody waits to see it: what every phone plays of it is made before all else (R12)", s.wantClip),
		webkit.Call(http.MethodPost, "/api/v1/clips/{id}/previewed", candidates, "The clip was played (R14)", s.previewed),
		webkit.Native(http.MethodGet, "/api/v1/clips/{id}/thumbnail", candidates, "A small picture of the clip", s.getThumbnail),
		webkit.File("/api/v1/clips/{id}/video", candidates, "The original, or with as=rendition or as=preview what was made of it", s.getVideo),

		// Staff.
		webkit.Call(http.MethodPost, "/api/v1/staff/login", public, "Log in as staff", s.staffLogin),
		webkit.Call(http.MethodPost, "/api/v1/staff/logout", staff, "Log out", s.logout),
		webkit.Call(http.MethodGet, "/api/v1/staff/me", staff, "Who is logged in", s.staffMe),
		webkit.Call(http.MethodGet, "/api/v1/staff/attempts", desk, "Running attempts, then those of the last day", s.listBoard),
		webkit.Call(http.MethodPost, "/api/v1/staff/attempts/{id}/extra-time", desk, "Give an attempt extra time 补时 (R22)", s.giveExtraTime),
		webkit.Call(http.MethodPost, "/api/v1/staff/extra-time", desk, "Give extra time to all that run, or ran at a moment (R22)", s.giveAllExtraTime),
		webkit.Call(http.MethodGet, "/api/v1/staff/help", desk, "Who needs help: candidates, then phones at the log-in; the longest waiting first (R30)", s.listHelp),
		webkit.Call(http.MethodPost, "/api/v1/staff/help/{id}/answer", desk, "Answer a call: the phone shows it as a card", s.answerHelp),
		webkit.Call(http.MethodPost, "/api/v1/staff/help/{id}/done", desk, "The call is closed", s.closeHelp),
		webkit.Call(http.MethodGet, "/api/v1/staff/devices", desk, "Computers that may record and upload (R4)", s.listDevices),
		webkit.Call(http.MethodPost, "/api/v1/staff/devices", desk, "Allow the computer that shows this number", s.allowDevice),
		webkit.Call(http.MethodDelete, "/api/v1/staff/devices/{number}", desk, "Withdraw the leave", s.withdrawDevice),
		webkit.Call(http.MethodGet, "/api/v1/staff/locks", desk, "Where many log-ins were wrong, the latest first (R4)", s.listLocks),
		webkit.Call(http.MethodPost, "/api/v1/staff/locks/lift", desk, "Let an account log in again at once", s.unlock),
		webkit.Call(http.MethodGet, "/api/v1/staff/clips", desk, "Clips with their findings, newest first", s.listClips),
		webkit.Call(http.MethodGet, "/api/v1/staff/clips/{id}", desk, "A clip with its findings", s.getStaffClip),
		webkit.File("/api/v1/staff/clips/{id}/video", staff, "The clip's video", s.getStaffVideo),
		webkit.Native(http.MethodGet, "/api/v1/staff/clips/{id}/sheet", staff, "The clip's contact sheet", s.getSheet),
		webkit.Native(http.MethodGet, "/api/v1/staff/clips/{id}/photo", staff, "The candidate's registration photo", s.getPhoto),
		webkit.Native(http.MethodGet, "/api/v1/staff/evidence/{sha256}", staff, "An evidence frame", s.getEvidence),
		webkit.Call(http.MethodGet, "/api/v1/staff/jobs", desk, "Jobs that wait after a failure, and parked ones", s.listJobs),
		webkit.Call(http.MethodPost, "/api/v1/staff/jobs/{id}/retry", machine, "Try a parked job again", s.retryJob),
		webkit.Call(http.MethodGet, "/api/v1/staff/time", desk, "How the exam's clock stands", s.getTime),
		webkit.Call(http.MethodPost, "/api/v1/staff/time", desk, "Say what time it is, after the machine's clock jumped", s.confirmTime),
		webkit.Call(http.MethodGet, "/api/v1/staff/audit", machine, "Whether the audit log is what was written", s.getAudit),
		webkit.Call(http.MethodGet, "/api/v1/staff/storage", desk, "How the disk stands", s.getStorage),
		webkit.Call(http.MethodPost, "/api/v1/staff/storage/seen", desk, "The failure of the disk was seen", s.seeStorage),
		webkit.Call(http.MethodGet, "/api/v1/staff/sync", desk, "How sending to the province stands", s.syncStatus),
		webkit.Call(http.MethodPost, "/api/v1/staff/sync", desk, "Send now", s.sendNow),
		webkit.Call(http.MethodGet, "/api/v1/staff/room", desk, "How far the disk reaches, in candidates (R27)", s.getRoom),
		webkit.Call(http.MethodPost, "/api/v1/staff/room/free", machine, "Let go now of videos that the province has received (I5)", s.freeRoom),

		// The review. An examiner sees final orders only, and not whose they are (R21).
		webkit.Call(http.MethodGet, "/api/v1/staff/review", staff, "Clips to review, the most doubtful first", s.listReview),
		webkit.Call(http.MethodGet, "/api/v1/staff/review/{id}", staff, "A clip as a reviewer sees it", s.getReview),
		webkit.Call(http.MethodGet, "/api/v1/staff/review/{id}/identity", staff, "Who plays, and the comparison; noted (R21)", s.getIdentity),
		webkit.Native(http.MethodGet, "/api/v1/staff/review/{id}/question", staff, "The score that was drawn", s.getReviewQuestion),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/announcement", reviewers, "Tick a part of the announcement (R33)", s.hearAnnouncement),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/departures", reviewers, "Mark a departure from the recording requirements (R32)", s.markDeparture),
		webkit.Call(http.MethodDelete, "/api/v1/staff/review/{id}/departures/{departure}", reviewers, "Take a marked departure back", s.withdrawDeparture),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/decisions", deciders, "Decide about the clip or its order (R20)", s.decide),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/decisions/{decision}/undo", deciders, "Take a decision back (R20)", s.undoDecision),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/marks", examiners, "Mark the clip's item or, as a whole, its order; or keep a draft (R21)", s.giveMark),

		// The machine.
		webkit.Call(http.MethodGet, "/api/v1/centre", public, "How the centre is reached, and its time", s.getCentre),
		webkit.Native(http.MethodGet, certificatePath, public, "The local authority's root", s.sendRoot),
		webkit.Native(http.MethodGet, profilePath, public, "The same for iPhones and iPads", s.sendProfile),
		webkit.Native(http.MethodGet, "/healthz", public, "Alive", s.healthz),
		webkit.Native(http.MethodGet, "/readyz", public, "Able to take work", s.readyz),
		webkit.Native(http.MethodGet, "/metrics", staffOrLoopback, "Prometheus text", s.metrics),
	}
}

// lacks is the refusal for what the machine lacks, "" for another error.
func (s *Server) lacks(err error) refusal.Code {
	switch {
	case s.Engine.Failure() != nil, durable.Broken(err):
		return refusal.StorageFailed
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return refusal.DiskFull
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return webkit.TooManyConnections
	}
	return ""
}

// describeTus names the upload routes in the API's description.
func describeTus(router *webkit.Router[access]) {
	id := []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	for _, op := range []huma.Operation{
		{Method: http.MethodPost, Path: base + "/uploads", Summary: "tus: begin an upload"},
		{Method: http.MethodHead, Path: base + "/uploads/{id}", Summary: "tus: how far the upload is", Parameters: id},
		{Method: http.MethodPatch, Path: base + "/uploads/{id}", Summary: "tus: go on with the upload", Parameters: id},
		{Method: http.MethodDelete, Path: base + "/uploads/{id}", Summary: "tus: give the upload up", Parameters: id},
	} {
		op.Description = "For: candidates. tus 1.0.0 with creation, creation-with-upload, termination, expiration and checksum."
		op.Responses = map[string]*huma.Response{"204": {Description: op.Summary}}
		router.Describe(op)
	}
}
