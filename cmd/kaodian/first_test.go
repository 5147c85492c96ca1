package main

import (
	"bytes"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
)

// A server of a folder without an administrator prints the way to one, with the
// folder's name; the next start's link takes the place of the last one's.
func TestAServerWithoutAnAdministratorPrintsTheWayToOne(t *testing.T) {
	folder := emptyCentre(t)
	link := regexp.MustCompile(`http://127\.0\.0\.1:8080/staff/in#([A-Z2-7]{26})\n`)
	printed := func() (said string, secret string) {
		var out bytes.Buffer
		server, stop := serveAt(t, folder, time.Now())
		defer stop()
		if err := server.inviteFirst(t.Context(), &out, &net.TCPAddr{IP: net.IPv4zero, Port: 8080}); err != nil {
			t.Fatal(err)
		}
		if found := link.FindStringSubmatch(out.String()); found != nil {
			secret = found[1]
			if i, err := server.FindInvitation(t.Context(), secret, server.Now()); err != nil || i.Kind != accounts.FirstInvitation {
				t.Errorf("%+v, %v", i, err)
			}
		}
		return out.String(), secret
	}
	said, first := printed()
	if first == "" || !strings.Contains(said, folder) || !strings.Contains(said, "--data") {
		t.Errorf("without an account: %q", said)
	}
	_, second := printed()
	server, stop := serveAt(t, folder, time.Now())
	if _, err := server.FindInvitation(t.Context(), first, server.Now()); refusal.CodeOf(err) != login.InvitationWithdrawn || second == first {
		t.Errorf("the first link after a second start: %v", err)
	}
	stop()
	if _, complained, status := typed(t, "a long password\n", "user", "add", "wang", "--role", "administrator", "--data", folder); status != 0 {
		t.Fatal(complained)
	}
	if said, _ := printed(); said != "" {
		t.Errorf("with an administrator: %q", said)
	}
}
