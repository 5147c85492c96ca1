package candidate

import (
	"net/http"
	"slices"

	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// Routes are what the candidates' phones call.
func (s *Server) Routes() []access.Route {
	return slices.Concat(s.examRoutes(), s.rehearsalRoutes(), s.loanRoutes())
}

func (s *Server) examRoutes() []access.Route {
	return []access.Route{
		// The candidate's way in.
		webkit.Call(http.MethodPost, "/api/v1/login", access.Public, "Log in with ticket and ID number (R4)", s.login),
		webkit.Call(http.MethodPost, "/api/v1/pass", access.Public, "Log in with the token of a QR code (R4)", s.pass),
		webkit.Call(http.MethodPost, "/api/v1/logout", access.Candidates, "Log out", s.logout),
		webkit.Call(http.MethodGet, "/api/v1/me", access.Candidates, "Who is logged in", s.me),
		webkit.Call(http.MethodGet, "/api/v1/orders", access.Candidates, "The person's orders (R5)", s.listOrders),
		webkit.Call(http.MethodGet, "/api/v1/orders/{id}", access.Candidates, "One order", s.getOrder),
		webkit.Native(http.MethodGet, "/api/v1/orders/{id}/photo", access.Candidates, "The person's own registration photo (R5)", s.getOwnPhoto),
		webkit.Call(http.MethodGet, "/api/v1/orders/{id}/rules", access.Candidates, "The exam rules for the order (R6)", s.getRules),
		webkit.Native(http.MethodGet, "/api/v1/orders/{id}/rules/download", access.Candidates, "The exam rules as a file (R6)", s.downloadRules),
		webkit.Native(http.MethodGet, "/api/v1/rules/pictures/{id}", access.Candidates, "A drawn picture of the rules (R6)", s.getRulesPicture),
		webkit.Native(http.MethodGet, "/api/v1/rules/video", access.Candidates, "The rules as a video, with ranges (R6)", s.getRulesVideo),
		webkit.Native(http.MethodGet, "/api/v1/rules/subtitles/{language}", access.Candidates, "The video's words as WebVTT", s.getRulesSubtitles),
		webkit.Call(http.MethodPost, "/api/v1/orders/{id}/passes", access.Candidates, "A QR code that logs in once (R4)", s.createPass),
		webkit.Call(http.MethodPost, "/api/v1/orders/{id}/consent", access.Candidates, "Answer about face recognition (R25)", s.consent),
		webkit.Call(http.MethodPost, "/api/v1/orders/{id}/attempts", access.Candidates, "Agree and start the attempt (R7)", s.startAttempt),
		webkit.Call(http.MethodPost, "/api/v1/orders/{id}/practice", access.Candidates, "Start a practice run 模拟考试 (R26)", s.startPractice),
		webkit.Native(http.MethodGet, "/api/v1/speed", access.Candidates, "Bytes that do not pack, to measure the line", s.sendSpeed),
		webkit.Takes(1<<20, webkit.Native(http.MethodPost, "/api/v1/speed", access.Candidates, "Takes up to 1 MiB and keeps nothing, to measure the line", s.takeSpeed)),

		// Help (R30), also for a phone that could not log in.
		webkit.Call(http.MethodPost, "/api/v1/help", access.Visitors, "I need help, why, and how the phone is", s.askForHelp),
		webkit.Call(http.MethodPost, "/api/v1/help/state", access.Visitors, "How the phone is while its call is open", s.tellHelp),
		webkit.Call(http.MethodGet, "/api/v1/help", access.Visitors, "Whether the call is open, and what staff answered", s.getHelp),
		webkit.Call(http.MethodPost, "/api/v1/help/read", access.Visitors, "The answers were read", s.readHelp),
		webkit.Call(http.MethodDelete, "/api/v1/help", access.Visitors, "No help needed any more", s.endHelp),
		webkit.Native(http.MethodGet, "/api/v1/help/events", access.Candidates, "The device's call whenever it changes", s.helpEvents),

		// The attempt.
		webkit.Call(http.MethodGet, "/api/v1/attempts/{id}", access.Candidates, "The attempt as it is now", s.getAttempt),
		webkit.Call(http.MethodPost, "/api/v1/attempts/{id}/acknowledge", access.Candidates, "Reveal the exam code (R8)", s.acknowledge),
		webkit.Call(http.MethodPost, "/api/v1/attempts/{id}/takeover", access.Candidates, "Go on with the attempt on this device (R10)", s.takeOver),
		webkit.Call(http.MethodPost, "/api/v1/attempts/{id}/submit", access.Candidates, "Submit (R14)", s.submit),
		webkit.Call(http.MethodPost, "/api/v1/attempts/{id}/reset", access.Candidates, "Reset (R15)", s.reset),
		webkit.Native(http.MethodGet, "/api/v1/attempts/{id}/events", access.Candidates, "The attempt whenever it changes", s.events),
		webkit.Native(http.MethodGet, "/api/v1/attempts/{id}/drawn/{item}", access.Candidates, "The drawn score, while the attempt runs (R9)", s.getDrawn),

		// Clips.
		webkit.Call(http.MethodGet, "/api/v1/clips/{id}", access.Candidates, "A clip", s.getClip),
		webkit.Call(http.MethodDelete, "/api/v1/clips/{id}", access.Candidates, "Delete a clip (R12)", s.deleteClip),
		webkit.Call(http.MethodPost, "/api/v1/clips/{id}/move", access.Candidates, "Move a clip to another item (R12)", s.moveClip),
		webkit.Call(http.MethodPost, "/api/v1/clips/{id}/want", access.Candidates, "Somebody waits to see it: what every phone plays of it is made before all else (R12)", s.wantClip),
		webkit.Call(http.MethodPost, "/api/v1/clips/{id}/previewed", access.Candidates, "The clip was played (R14)", s.previewed),
		webkit.Native(http.MethodGet, "/api/v1/clips/{id}/thumbnail", access.Candidates, "A small picture of the clip", s.getThumbnail),
		webkit.File("/api/v1/clips/{id}/video", access.Candidates, "The original, or with as=rendition or as=preview what was made of it", s.getVideo),
	}
}
