package main

import (
	"bytes"
	"net"
	"regexp"
	"slices"
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

// A service listens everywhere, and its machine may have no browser: the link
// names the addresses by which the house's other machines call it.
func TestTheFirstLinkLeadsFromOtherMachinesToo(t *testing.T) {
	network := func(address string) net.Addr {
		ip, n, err := net.ParseCIDR(address)
		if err != nil {
			t.Fatal(err)
		}
		return &net.IPNet{IP: ip, Mask: n.Mask}
	}
	own := []net.Addr{network("127.0.0.1/8"), network("192.168.1.10/24"), network("169.254.3.4/16"), network("fe80::1/64")}
	everywhere := &net.TCPAddr{IP: net.IPv4zero, Port: 80}
	if got := reachable(everywhere, own); !slices.Equal(got, []string{"127.0.0.1:80", "192.168.1.10:80"}) {
		t.Errorf("where it listens everywhere: %q", got)
	}
	one := &net.TCPAddr{IP: net.IPv4(192, 168, 1, 10), Port: 8080}
	if got := reachable(one, own); !slices.Equal(got, []string{"192.168.1.10:8080"}) {
		t.Errorf("where it listens at one address: %q", got)
	}
}
