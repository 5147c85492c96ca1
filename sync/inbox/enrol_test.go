package inbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
)

func TestAnInvitedCentreIsEnrolledAndAnswered(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	text, found := w.signed(batch.AnswerName("north", s.Install))
	if !found {
		t.Fatal("there is no answer")
	}
	answer, err := batch.ParseAnswer(text, batch.Request{Centre: "north", Install: s.Install, MinisignKey: s.Signer.PublicKey()})
	if err != nil || answer.Status != batch.Accepted {
		t.Errorf("%+v, %v", answer, err)
	}
	must(t, os.RemoveAll(filepath.Join(w.root, "receipts")))
	w.restart()
	if status := statusOf(w.receive(), batch.RequestName("north", s.Install)); status != "enrolled" {
		t.Errorf("the same request again is %q", status)
	}
	again, _ := w.signed(batch.AnswerName("north", s.Install))
	if !bytes.Equal(text, again) {
		t.Errorf("the answer changed: %s then %s", text, again)
	}
}

func TestEnrolmentsThatAreNotTaken(t *testing.T) {
	for name, c := range map[string]struct {
		token    string
		centre   string
		change   func(text []byte) []byte
		answered bool
	}{
		"a wrong token":                {token: "guessed", centre: "north", answered: true},
		"an empty token":               {token: "", centre: "north", answered: true},
		"a centre nobody invited":      {token: "token", centre: "south"},
		"a request that is no message": {token: "token", centre: "north", change: func([]byte) []byte { return []byte("{}") }},
		"another key under the same mac": {token: "token", centre: "north", answered: true, change: func(text []byte) []byte {
			return bytes.Replace(text, []byte(`"minisign_key":"RW`), []byte(`"minisign_key":"RX`), 1)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			must(t, w.store.Invite(t.Context(), "north", "dir:/drop", "token"))
			s := batchtest.NewSender(t, c.centre, w.identity.Recipient())
			text := s.Request(t, c.token)
			if c.change != nil {
				text = c.change(text)
			}
			for range 2 {
				w.put(batch.RequestName(c.centre, s.Install), text) // one that is no message was set aside
				if status := statusOf(w.receive(), batch.RequestName(c.centre, s.Install)); status != "enrolment refused" {
					t.Errorf("it is %q", status)
				}
			}
			if _, known, err := w.store.FindInstall(t.Context(), c.centre, s.Install); known || err != nil {
				t.Errorf("it is known: %v, %v", known, err)
			}
			if _, found := w.signed(batch.AnswerName(c.centre, s.Install)); found != c.answered {
				t.Errorf("it was answered: %v", found)
			}
		})
	}
}

func TestARevokedCentreFindsItsAnswerTakenBack(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	must(t, w.store.Invite(t.Context(), "north", "dir:/drop", "another"))
	ended, err := w.store.Revoke(t.Context(), "north", "", "")
	if err != nil || ended.Installs != 1 || !ended.File {
		t.Errorf("%+v, %v", ended, err)
	}
	second := batchtest.NewSender(t, "north", w.identity.Recipient())
	w.put(batch.RequestName("north", second.Install), second.Request(t, "another"))
	w.receive()
	for sender, why := range map[*batchtest.Sender]string{s: "revoked this centre", second: "revoked this enrolment file"} {
		text, _ := w.signed(batch.AnswerName("north", sender.Install))
		answer, err := batch.ParseAnswer(text, batch.Request{Centre: "north", Install: sender.Install, MinisignKey: sender.Signer.PublicKey()})
		if err != nil || answer.Status != batch.Refused || !strings.Contains(strings.Join(answer.Reasons, ""), why) {
			t.Errorf("%+v, %v; want %q", answer, err, why)
		}
	}
}

func TestATokenEnrolsOneInstall(t *testing.T) {
	w := newWorld(t)
	w.sender("north")
	second := batchtest.NewSender(t, "north", w.identity.Recipient())
	w.put(batch.RequestName("north", second.Install), second.Request(t, "token"))
	if status := statusOf(w.receive(), batch.RequestName("north", second.Install)); status != "enrolment refused" {
		t.Errorf("a second install with the same token is %q", status)
	}
	must(t, w.store.Invite(t.Context(), "north", "dir:/drop", "another"))
	third := batchtest.NewSender(t, "north", w.identity.Recipient())
	w.put(batch.RequestName("north", third.Install), third.Request(t, "another"))
	if status := statusOf(w.receive(), batch.RequestName("north", third.Install)); status != "enrolled" {
		t.Errorf("an install with a new file is %q", status)
	}
}
