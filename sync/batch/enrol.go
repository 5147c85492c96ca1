package batch

import (
	"fmt"
	"time"
)

// Invitation is the enrolment file that the province gives to one centre.
type Invitation struct {
	Version     int    `json:"version"`
	Centre      string `json:"centre"`
	Drop        string `json:"drop"`         // ftp://, ftps:// or dir:
	Recipient   string `json:"recipient"`    // the province's age recipient
	MinisignKey string `json:"minisign_key"` // the province's
	Token       string `json:"token"`        // one time; never sent
	// By what the server of an ftps:// drop is known, since version 2: one of
	// them, or the system's authorities.
	DropCA  string `json:"drop_ca,omitempty"`  // a private authority's certificates, in PEM
	DropPin string `json:"drop_pin,omitempty"` // SHA-256 of the server's own certificate, in hex
}

// invitationVersion is that of an invitation that says by what the drop is known.
const invitationVersion = 2

// Knowing says by what the drop's server is known; older programs refuse such
// an invitation and say that a newer one is needed.
func (i Invitation) Knowing(ca, pin string) Invitation {
	i.DropCA, i.DropPin = ca, pin
	if ca != "" || pin != "" {
		i.Version = invitationVersion
	}
	return i
}

// ParseInvitation reads an enrolment file.
func ParseInvitation(text []byte) (Invitation, error) {
	var i Invitation
	if err := parse(text, &i); err != nil {
		return Invitation{}, fmt.Errorf("that is no enrolment file, or it was changed on its way (%w); fetch it from the province again", err)
	}
	if err := checkVersion(i.Version, invitationVersion); err != nil {
		return Invitation{}, fmt.Errorf("enrolment file: %w", err)
	}
	if i.Drop == "" || i.Recipient == "" || i.MinisignKey == "" || i.Token == "" {
		return Invitation{}, fmt.Errorf("enrolment file: it is not complete; ask the province for a new one")
	}
	return i, CheckCentre(i.Centre)
}

// Request is what a centre sends to join: its keys, authenticated by the token.
type Request struct {
	Version      int    `json:"version"`
	Centre       string `json:"centre"`
	Install      string `json:"install"`
	MinisignKey  string `json:"minisign_key"`
	AgeRecipient string `json:"age_recipient"`
	// MAC is the HMAC-SHA256, in hex, of the token over Authenticated.
	MAC string `json:"mac,omitempty"`
}

// Authenticated is the canonical form of the request without its MAC.
func (r Request) Authenticated() ([]byte, error) {
	r.MAC = ""
	return Canonical(r)
}

// ParseRequest reads a centre's request for the names under which it lies.
func ParseRequest(text []byte, centre, install string) (Request, error) {
	var r Request
	if err := parse(text, &r); err != nil {
		return Request{}, fmt.Errorf("enrolment: %w", err)
	}
	if err := checkVersion(r.Version, MessageVersion); err != nil {
		return Request{}, fmt.Errorf("enrolment: %w", err)
	}
	if r.Centre != centre || r.Install != install || CheckCentre(centre) != nil || CheckInstall(install) != nil {
		return Request{}, fmt.Errorf("enrolment: it lies under another name than its own")
	}
	return r, nil
}

// Answer is the province's signed answer to a request.
type Answer struct {
	Version     int           `json:"version"`
	Centre      string        `json:"centre"`
	Install     string        `json:"install"`
	MinisignKey string        `json:"minisign_key"` // the centre's, as the province knows it now
	Status      ReceiptStatus `json:"status"`
	Reasons     []string      `json:"reasons"`
	AnsweredAt  time.Time     `json:"answered_at"`
}

// ParseAnswer reads the answer to the request; its signature is checked before.
func ParseAnswer(text []byte, r Request) (Answer, error) {
	var a Answer
	if err := parse(text, &a); err != nil {
		return Answer{}, fmt.Errorf("answer: %w", err)
	}
	if err := checkVersion(a.Version, MessageVersion); err != nil {
		return Answer{}, fmt.Errorf("answer: %w", err)
	}
	if a.Centre != r.Centre || a.Install != r.Install || a.MinisignKey != r.MinisignKey {
		return Answer{}, fmt.Errorf("answer: it is for another enrolment")
	}
	return a, nil
}
