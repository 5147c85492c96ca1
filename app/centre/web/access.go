package web

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// access says who may call a route.
type access int

const (
	public access = iota
	candidates
	visitors  // candidates, and phones whose candidate could not log in
	staff     // every account
	desk      // the accounts that see who a candidate is; an examiner does not (R21)
	machine   // the accounts that look after the server
	reviewers // the accounts that tick announcements and mark departures (R32, R33)
	deciders  // the accounts that report what a person decided (R20)
	examiners // the accounts that mark (R21)
	staffOrLoopback
)

// The roles that access tells apart: an examiner marks without knowing who
// plays; administrators and technicians look after the server.
const (
	administrator = "administrator"
	invigilator   = "invigilator"
	examiner      = "examiner"
	technician    = "technician"
)

func (a access) String() string {
	return [...]string{"everybody", "candidates", "candidates, and phones at the log-in", "staff", "staff but examiners", "administrators and technicians", "administrators, invigilators and examiners", "administrators and invigilators", "examiners", "staff, or programs on the server itself"}[a]
}

// The cookies.
const (
	candidateCookie = "kaodian"
	staffCookie     = "kaodian_staff"
	deviceCookie    = "kaodian_device"
	knownCookie     = "kaodian_known" // that the device was right for which accounts
)

// caller is who asks: the session, and where from.
type caller struct {
	webkit.Visitor
	session store.Session
	role    string // of a staff account
	origin  string // scheme and host that the request came to
}

// phone is the device that a candidate's log-in, or only its cookie, names.
func (c caller) phone() string {
	if c.session.Device != "" {
		return c.session.Device
	}
	return c.Device
}

func callerOf(ctx context.Context) caller { return webkit.CallerOf[caller](ctx) }

// Cookie is the one by which an access knows a session.
func (a access) Cookie() string {
	if a == candidates || a == visitors {
		return candidateCookie
	}
	return staffCookie
}

// Public says that everybody may call.
func (a access) Public() bool { return a == public }

// identify finds out who asks and refuses who may not.
func (s *Server) identify(c *fiber.Ctx, a access) (caller, error) {
	who := caller{origin: c.Protocol() + "://" + string(c.Request().Host())}
	var err error
	who.Visitor, err = s.devices.Meet(c, a == visitors || a == public && c.Method() == fiber.MethodPost)
	if err != nil {
		return who, err
	}
	switch a {
	case public:
		return who, nil
	case visitors:
		with, err := s.withSession(c, who, candidateCookie, store.CandidateSession)
		if refusal.CodeOf(err) == login.Needed {
			return who, nil
		}
		return with, err
	case staffOrLoopback:
		if webkit.IsOwn(who.Address) {
			return who, nil
		}
		return s.withSession(c, who, staffCookie, store.StaffSession)
	}
	if roles, limited := rolesOf[a]; limited {
		return s.withRole(c, who, roles)
	}
	return s.withSession(c, who, a.Cookie(), store.CandidateSession)
}

// rolesOf are the staff's roles that an access admits.
var rolesOf = map[access][]string{
	staff:     {administrator, invigilator, examiner, technician},
	desk:      {administrator, invigilator, technician},
	machine:   {administrator, technician},
	reviewers: {administrator, invigilator, examiner},
	deciders:  {administrator, invigilator},
	examiners: {examiner},
}

func (s *Server) withRole(c *fiber.Ctx, who caller, roles []string) (caller, error) {
	who, err := s.withSession(c, who, staffCookie, store.StaffSession)
	if err != nil {
		return who, err
	}
	user, err := s.Store.FindUser(c.UserContext(), who.session.Subject)
	if err == nil && !slices.Contains(roles, user.Role) {
		err = refusal.New(exam.RoleNotAllowed)
	}
	who.role = user.Role
	return who, err
}

func (s *Server) withSession(c *fiber.Ctx, who caller, cookie string, kind store.SessionKind) (caller, error) {
	who.Secret = webkit.Cookie(c, cookie)
	if who.Secret == "" {
		return who, refusal.New(login.Needed)
	}
	var err error
	who.session, err = s.Store.FindSession(c.UserContext(), who.Secret, kind)
	return who, err
}

// MaxBody is the limit of a typed call's body, in bytes.
func (a access) MaxBody() int {
	switch a {
	case public, visitors, staffOrLoopback:
		return webkit.StrangerBody
	case candidates:
		return webkit.CandidateBody
	}
	return webkit.StaffBody
}

// ownOrder returns the order if it is the caller's; another's is as if absent.
func (s *Server) ownOrder(ctx context.Context, find func(context.Context, string) (exam.Order, error), id string) (exam.Order, error) {
	order, err := find(ctx, id)
	if err != nil {
		return exam.Order{}, err
	}
	if order.PersonKey() != callerOf(ctx).session.Subject {
		return exam.Order{}, refusal.New(refusal.NotFound)
	}
	return order, nil
}

// actOnAttempt applies an event at the caller's own attempt.
func (s *Server) actOnAttempt(ctx context.Context, attemptID string, event exam.Event) (exam.Order, error) {
	order, err := s.ownOrder(ctx, s.Store.FindAttemptOrder, attemptID)
	if err != nil {
		return exam.Order{}, err
	}
	return s.Store.Apply(ctx, order.ID, event)
}

// actOnClip applies an event at the caller's own clip.
func (s *Server) actOnClip(ctx context.Context, clipID string, event exam.Event) (exam.Order, error) {
	order, err := s.ownOrder(ctx, s.Store.FindClipOrder, clipID)
	if err != nil {
		return exam.Order{}, err
	}
	return s.Store.Apply(ctx, order.ID, event)
}

func isNotFound(err error) bool { return refusal.Is(err, refusal.NotFound) }
