package access

import (
	"context"

	"kaodian/app/base/login"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// Who says who may call a route.
type Who int

// Whom the routes tell apart.
const (
	Public Who = iota
	Candidates
	Visitors  // candidates, and phones whose candidate could not log in
	Staff     // every account
	Desk      // the accounts that see who a candidate is; an examiner does not (R21)
	Machine   // the accounts that look after the server
	Reviewers // the accounts that tick announcements and mark departures (R32, R33)
	Deciders  // the accounts that report what a person decided (R20)
	Examiners // the accounts that mark (R21)
	Administrators
	StaffOrLoopback
)

// Route is one call of the centre's API.
type Route = webkit.Route[Who]

func (a Who) String() string {
	return [...]string{"everybody", "candidates", "candidates, and phones at the log-in", "staff", "staff but examiners", "administrators and technicians", "administrators, invigilators and examiners", "administrators and invigilators", "examiners", "administrators", "staff, or programs on the server itself"}[a]
}

// Caller is who asks: the session, and where from.
type Caller struct {
	webkit.Visitor
	Session store.Session
	Role    login.Role // of a staff account
	Origin  string     // scheme and host that the request came to
}

// Of is who asks.
func Of(ctx context.Context) Caller { return webkit.CallerOf[Caller](ctx) }

// Phone is the device that a candidate's log-in, or only its cookie, names.
func (c Caller) Phone() string {
	if c.Session.Device != "" {
		return c.Session.Device
	}
	return c.Device
}

// Staff is the account that asks, as one who acts.
func (c Caller) Staff() exam.Actor { return exam.Actor{Role: exam.ByStaff, Name: c.Session.Subject} }

// Cookie is the one by which it knows a session.
func (a Who) Cookie() string {
	if a == Candidates || a == Visitors {
		return candidateCookie
	}
	return staffCookie
}

// Public says that everybody may call.
func (a Who) Public() bool { return a == Public }

var rolesOf = map[Who][]login.Role{
	Staff:     store.Roles(),
	Desk:      {store.Administrator, store.Invigilator, store.Technician},
	Machine:   {store.Administrator, store.Technician},
	Reviewers: {store.Administrator, store.Invigilator, store.Examiner},
	Deciders:  {store.Administrator, store.Invigilator},
	Examiners: {store.Examiner},

	Administrators: {store.Administrator},
}

// Roles are the staff's roles that it admits, nil where it asks for none.
func (a Who) Roles() []login.Role { return rolesOf[a] }

// MaxBody is the limit of a typed call's body, in bytes.
func (a Who) MaxBody() int {
	switch a {
	case Public, Visitors, StaffOrLoopback:
		return webkit.AnonymousBody
	case Candidates:
		return webkit.CandidateBody
	}
	return webkit.StaffBody
}
