package access

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// The cookies.
const (
	candidateCookie = "kaodian"
	staffCookie     = "kaodian_staff"
	deviceCookie    = "kaodian_device"
	knownCookie     = "kaodian_known" // that the device was right for which accounts
)

// Door lets candidates and staff in, and knows them again.
type Door struct {
	People  *webkit.Guard // of the candidates' log-in
	Desk    *webkit.Guard // of the staff's
	Devices webkit.Devices
	Phones  Presence // when each was heard last

	store *store.Store
	Seen  webkit.Sights // of staff sessions
}

// NewDoor makes the door of a centre.
func NewDoor(s *store.Store) *Door {
	return &Door{
		Phones: Presence{heard: map[string]time.Time{}},
		People: webkit.NewGuard(s), Desk: webkit.NewGuard(s), store: s,
		Devices: webkit.Devices{Store: s, Cookie: deviceCookie, KnownCookie: knownCookie},
	}
}

// Identify finds out who asks and refuses who may not.
func (d *Door) Identify(c *fiber.Ctx, a Who) (Caller, error) {
	who := Caller{Origin: c.Protocol() + "://" + string(c.Request().Host())}
	var err error
	who.Visitor, err = d.Devices.ReadVisitor(c, a == Visitors || a == Public && c.Method() == fiber.MethodPost)
	if err != nil {
		return who, err
	}
	switch a {
	case Public:
		return who, nil
	case Visitors:
		with, err := d.withSession(c, who, candidateCookie, store.CandidateSession)
		if refusal.CodeOf(err) == login.Needed {
			return who, nil
		}
		return with, err
	case StaffOrLoopback:
		if webkit.IsOwn(who.Address) {
			return who, nil
		}
		return d.withSession(c, who, staffCookie, store.StaffSession)
	}
	if roles, limited := rolesOf[a]; limited {
		return d.withRole(c, who, roles)
	}
	return d.withSession(c, who, a.Cookie(), store.CandidateSession)
}

func (d *Door) withRole(c *fiber.Ctx, who Caller, roles []login.Role) (Caller, error) {
	who, err := d.withSession(c, who, staffCookie, store.StaffSession)
	if err != nil {
		return who, err
	}
	user, err := d.store.FindUser(c.UserContext(), who.Session.Subject)
	if err == nil && !slices.Contains(roles, user.Role) {
		err = refusal.New(exam.RoleNotAllowed)
	}
	who.Role = user.Role
	if err == nil {
		d.Seen.Note(login.ShortID(login.HashSecret(who.Secret)), webkit.Sight{At: d.store.Now(), Address: who.Address})
	}
	return who, err
}

func (d *Door) withSession(c *fiber.Ctx, who Caller, cookie string, kind store.SessionKind) (Caller, error) {
	who.Secret = webkit.Cookie(c, cookie)
	if who.Secret == "" {
		return who, refusal.New(login.Needed)
	}
	var err error
	who.Session, err = d.store.FindSession(c.UserContext(), who.Secret, kind)
	if err == nil && kind == store.CandidateSession {
		d.Phones.Hear(who.Session.Device, d.store.Now())
	}
	return who, err
}

// TryLogin tries a log-in at the account and slows guessing down.
func (d *Door) TryLogin(ctx context.Context, guard *webkit.Guard, account string, try func() error) error {
	return d.Devices.TryLogin(ctx, guard, Of(ctx).Visitor, account, try)
}

// CheckStaff tries a staff account's password for somebody who has a session
// already or is about to get one.
func (d *Door) CheckStaff(ctx context.Context, name, password string) (user store.User, err error) {
	who := Of(ctx).Visitor
	if who.Device == "" { // of a session
		who.Device = Of(ctx).Session.Device
	}
	account := store.StaffAccount(name)
	err = d.Devices.TryLogin(ctx, d.Desk, who, account, func() error {
		user, err = d.store.FindUser(ctx, name)
		if err != nil && !refusal.Is(err, refusal.NotFound) {
			return err
		}
		return webkit.CheckLogin(password, user.Password, user.LockedAt)
	})
	return user, err
}

// NewStaffSession is NewSession of a staff account, which tells its person where
// it is.
func (d *Door) NewStaffSession(ctx context.Context, name string) store.Session {
	session := d.NewSession(ctx, store.StaffSession, name, Of(ctx).Kind)
	session.Address = Of(ctx).Address
	if session.Device == "" { // of the session before
		session.Device = Of(ctx).Session.Device
	}
	return session
}

// NewSession is one of the caller's device. The device keeps its name over
// log-ins, so that a candidate who logs in again still holds the attempt.
func (d *Door) NewSession(ctx context.Context, kind store.SessionKind, subject, device string) store.Session {
	return store.Session{
		Kind: kind, Subject: subject, Device: Of(ctx).Device, DeviceKind: device, ExpiresAt: d.store.Now().Add(webkit.SessionLife),
	}
}

// Open makes a session with a new secret. Its device was right for the account.
func (d *Door) Open(ctx context.Context, session store.Session, account string) error {
	secret := webkit.NewSecret()
	if err := d.store.CreateSession(ctx, secret, session); err != nil {
		return err
	}
	return d.Give(ctx, session.Kind, secret, account)
}

// Give answers with the cookies of a session that was made; account is "" if
// the device did not say itself whose it is.
func (d *Door) Give(ctx context.Context, kind store.SessionKind, secret, account string) error {
	who := Of(ctx)
	who.SetCookie(cookieOf(kind), secret, webkit.SessionLife)
	return d.Devices.Keep(ctx, who.Visitor, account)
}

// Close ends the caller's session.
func (d *Door) Close(ctx context.Context) error {
	who := Of(ctx)
	if err := d.store.DeleteSession(ctx, who.Secret); err != nil {
		return err
	}
	who.SetCookie(cookieOf(who.Session.Kind), "", 0)
	return nil
}

// Forget takes a browser the cookies by which a candidate was known in it; it
// stays the same device.
func (d *Door) Forget(ctx context.Context) {
	who := Of(ctx)
	who.SetCookie(candidateCookie, "", 0)
	who.SetCookie(knownCookie, "", 0)
}

func cookieOf(kind store.SessionKind) string {
	if kind == store.StaffSession {
		return staffCookie
	}
	return candidateCookie
}
