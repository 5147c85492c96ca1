package staff

import (
	"net/http"
	"slices"

	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// Routes are what staff call.
func (s *Server) Routes() []access.Route {
	return slices.Concat(s.deskRoutes(), s.peopleRoutes(), s.accountRoutes(), s.proposalRoutes(), s.auditRoutes(), s.orderRoutes(), s.intakeRoutes(), s.windowRoutes(), s.handRoutes(), s.settingsRoutes(), s.setupRoutes(), s.dayRoutes(), s.paperRoutes(), s.rehearsalRoutes(), s.checkInRoutes(), s.turnRoutes(), s.loanRoutes(), s.syllabusRoutes(), s.parcelRoutes(), s.packRoutes(), s.gapRoutes(), s.sampleRoutes(), s.consentPaperRoutes(), s.lookRoutes(), s.phraseRoutes(), s.resultRoutes(), s.resultListRoutes(), s.standardRoutes(), s.backupRoutes(), s.healthRoutes(), s.logRoutes(), s.shutDownRoutes())
}

func (s *Server) deskRoutes() []access.Route {
	return []access.Route{
		// Staff.
		webkit.Call(http.MethodPost, "/api/v1/staff/login", access.Public, "Log in as staff", s.staffLogin),
		webkit.Call(http.MethodPost, "/api/v1/staff/logout", access.Staff, "Log out", s.logout),
		webkit.Call(http.MethodGet, "/api/v1/staff/me", access.Staff, "Who is logged in", s.staffMe),
		webkit.Call(http.MethodGet, "/api/v1/staff/attempts", access.Desk, "Running attempts, then those of the last day", s.listBoard),
		webkit.Native(http.MethodGet, "/api/v1/staff/board/events", access.Desk, "That the attempts or the calls for help changed: as an event, at most every three seconds", s.boardEvents),
		webkit.Call(http.MethodPost, "/api/v1/staff/attempts/{id}/extra-time", access.Desk, "Give an attempt extra time 补时 (R22)", s.giveExtraTime),
		webkit.Call(http.MethodPost, "/api/v1/staff/extra-time", access.Desk, "Give extra time to all that run, or ran at a moment (R22)", s.giveAllExtraTime),
		webkit.Call(http.MethodGet, "/api/v1/staff/help", access.Desk, "Who needs help: candidates, then phones at the log-in; the longest waiting first (R30)", s.listHelp),
		webkit.Call(http.MethodPost, "/api/v1/staff/help/{id}/answer", access.Desk, "Answer a call: the phone shows it as a card", s.answerHelp),
		webkit.Call(http.MethodPost, "/api/v1/staff/help/{id}/done", access.Desk, "The call is closed", s.closeHelp),
		webkit.Call(http.MethodGet, "/api/v1/staff/devices", access.Desk, "Computers that may record and upload (R4)", s.listDevices),
		webkit.Call(http.MethodPost, "/api/v1/staff/devices", access.Desk, "Allow the computer that shows this number", s.allowDevice),
		webkit.Call(http.MethodDelete, "/api/v1/staff/devices/{number}", access.Desk, "Withdraw the leave", s.withdrawDevice),
		webkit.Call(http.MethodGet, "/api/v1/staff/locks", access.Desk, "Where many log-ins were wrong, the latest first (R4)", s.listLocks),
		webkit.Call(http.MethodPost, "/api/v1/staff/locks/lift", access.Desk, "Let an account log in again at once", s.unlock),
		webkit.Call(http.MethodGet, "/api/v1/staff/clips", access.Desk, "Clips, of running attempts too, newest first", s.listClips),
		webkit.File("/api/v1/staff/clips/{id}/video", access.Staff, "The clip's video", s.getStaffVideo),
		webkit.Native(http.MethodGet, "/api/v1/staff/clips/{id}/sheet", access.Staff, "The clip's contact sheet", s.getContactSheet),
		webkit.Native(http.MethodGet, "/api/v1/staff/clips/{id}/photo", access.Staff, "The candidate's registration photo", s.getPhoto),
		webkit.Native(http.MethodGet, "/api/v1/staff/evidence/{sha256}", access.Staff, "An evidence frame", s.getEvidence),
		webkit.Call(http.MethodGet, "/api/v1/staff/jobs", access.Desk, "Jobs that wait after a failure, and parked ones", s.listJobs),
		webkit.Call(http.MethodPost, "/api/v1/staff/jobs/{id}/retry", access.Machine, "Try a parked job again", s.retryJob),
		webkit.Call(http.MethodGet, "/api/v1/staff/time", access.Desk, "How the exam's clock stands", s.getTime),
		webkit.Call(http.MethodPost, "/api/v1/staff/time", access.Desk, "Say what time it is, after the machine's clock jumped", s.confirmTime),
		webkit.Call(http.MethodGet, "/api/v1/staff/storage", access.Desk, "How the disk stands", s.getStorage),
		webkit.Call(http.MethodPost, "/api/v1/staff/storage/seen", access.Desk, "The failure of the disk was seen", s.seeStorage),
		webkit.Call(http.MethodGet, "/api/v1/staff/sync", access.Desk, "How sending to the province stands", s.syncStatus),
		webkit.Call(http.MethodPost, "/api/v1/staff/sync", access.Desk, "Send now", s.sendNow),
		webkit.Call(http.MethodGet, "/api/v1/staff/room", access.Desk, "How far the disk reaches, in candidates (R27)", s.getRoom),

		// The review. An examiner sees final orders only, and not whose they are (R21).
		webkit.Call(http.MethodGet, "/api/v1/staff/review", access.Staff, "Clips to review, the most doubtful first; an examiner's in an order of its own", s.listReview),
		webkit.Call(http.MethodGet, "/api/v1/staff/review/{id}", access.Staff, "A clip as a reviewer sees it", s.getReview),
		webkit.Call(http.MethodGet, "/api/v1/staff/review/{id}/identity", access.Staff, "Who plays, and the comparison; noted (R21)", s.getIdentity),
		webkit.Native(http.MethodGet, "/api/v1/staff/review/{id}/question", access.Staff, "The score that was drawn", s.getReviewQuestion),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/announcement", access.Reviewers, "Tick a part of the announcement (R33)", s.hearAnnouncement),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/departures", access.Reviewers, "Mark a departure from the recording requirements (R32)", s.markDeparture),
		webkit.Call(http.MethodDelete, "/api/v1/staff/review/{id}/departures/{departure}", access.Reviewers, "Take a marked departure back", s.withdrawDeparture),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/decisions", access.Deciders, "Decide about the clip or its order (R20)", s.decide),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/decisions/{decision}/undo", access.Deciders, "Take a decision back (R20)", s.undoDecision),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/marks", access.Examiners, "Mark the clip's item or, as a whole, its order; or keep a draft (R21)", s.giveMark),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/unmarkable", access.Examiners, "The clip cannot be marked: it waits for the desk (R21)", s.cannotMark),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/recusal", access.Examiners, "Give the clip's order back: the examiner knows the candidate", s.recuseSelf),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/recusals", access.Administrators, "Take the clip's order from an examiner", s.recuse),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/recusals/lift", access.Administrators, "Let that examiner mark it again", s.readmit),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/settlement", access.Administrators, "The chair's level of the clip's order, where examiners do not come to one (R21)", s.settle),
	}
}
