package webkit

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
)

// Visitor is the origin of a request, before its caller is identified.
type Visitor struct {
	Address string // of the socket, without port
	Device  string // of the cookie that we signed, or a fresh one; "" where none was asked for
	Fresh   bool   // the device has no cookie yet
	Secret  string // of the session
	Kind    string // of machine, as its browser says: phone, tablet, desktop; "" of a program
	known   string // the proofs of Devices.Proven
	// SetCookie gives this browser a cookie. Huma would join several into one
	// header, which browsers do not read.
	SetCookie func(name, value string, life time.Duration)
}

// How long a browser keeps its cookies.
const (
	SessionLife = 12 * time.Hour
	deviceLife  = 365 * 24 * time.Hour
)

// ReadVisitor reads the origin of a request; with named it gets a device if it has none
// yet.
func (d *Devices) ReadVisitor(c *fiber.Ctx, named bool) (Visitor, error) {
	who := Visitor{Address: Address(c), known: Cookie(c, d.KnownCookie), Kind: machineOf(c.Get(fiber.HeaderUserAgent))}
	who.SetCookie = func(name, value string, life time.Duration) { SetCookie(c, name, value, life) }
	if !named {
		return who, nil
	}
	var err error
	if who.Device, err = d.Read(c.UserContext(), Cookie(c, d.Cookie)); err != nil {
		return who, err
	}
	if who.Fresh = who.Device == ""; who.Fresh {
		who.Device = NewDevice()
	}
	return who, nil
}

// machineOf is the kind of machine that a browser names, for a person to know a
// session again; an iPad may say that it is a Mac.
func machineOf(agent string) string {
	switch {
	case !strings.HasPrefix(agent, "Mozilla/"):
		return ""
	case strings.Contains(agent, "iPad"), strings.Contains(agent, "Android") && !strings.Contains(agent, "Mobile"):
		return "tablet"
	case strings.Contains(agent, "Mobile"):
		return "phone"
	}
	return "desktop"
}

// TryLogin tries a log-in at the account and slows guessing down.
func (d *Devices) TryLogin(ctx context.Context, guard *Guard, who Visitor, account string, try func() error) error {
	proven, err := d.Proven(ctx, who.known, who.Device, account)
	if err != nil {
		return err
	}
	cookie, err := d.Sign(ctx, who.Device)
	if err != nil {
		return err
	}
	return guard.Try(ctx, Try{
		Account: account, Device: who.Device, Fresh: who.Fresh, Proven: proven, Address: who.Address, Own: IsOwn(who.Address),
		Keep: func() { who.SetCookie(d.Cookie, cookie, deviceLife) },
	}, try)
}

// Keep gives the browser its device cookie, and a proof for the account, if any.
func (d *Devices) Keep(ctx context.Context, who Visitor, account string) error {
	signed, err := d.Sign(ctx, who.Device)
	if err != nil {
		return err
	}
	who.SetCookie(d.Cookie, signed, deviceLife)
	if account == "" {
		return nil
	}
	known, err := d.Prove(ctx, who.known, who.Device, account)
	if err != nil {
		return err
	}
	who.SetCookie(d.KnownCookie, known, deviceLife)
	return nil
}

// CheckLogin checks a password; hash is "" for an account that does not exist.
func CheckLogin(password, hash string, lockedAt time.Time) error {
	if !CheckPassword(password, hash) {
		return refusal.New(login.Wrong)
	}
	if !lockedAt.IsZero() {
		return refusal.New(login.Locked)
	}
	return nil
}
