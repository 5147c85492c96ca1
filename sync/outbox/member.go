package outbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kaodian/app/base/durable"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
	"kaodian/sync/seal"
)

// Member is the centre's membership of a province: what `kaodian enrol` made
// and keeps under keys/, for the service user only.
type Member struct {
	Centre      string `json:"centre"`
	Install     string `json:"install"`
	Drop        string `json:"drop"` // with its password
	DropCA      string `json:"drop_ca,omitempty"`
	DropPin     string `json:"drop_pin,omitempty"`
	Recipient   string `json:"recipient"`
	ProvinceKey string `json:"province_key"`
	MAC         string `json:"mac"`      // of the request; the token itself is not kept
	Answered    bool   `json:"answered"` // the province took the enrolment
}

func (m Member) place() drop.Place {
	return drop.Place{URL: m.Drop, Trust: drop.Trust{CA: m.DropCA, Pin: m.DropPin}}
}

// ErrNotEnrolled says that the centre belongs to no province yet.
var ErrNotEnrolled = errors.New("this centre has not joined a province; get an enrolment file from it and run «kaodian enrol FILE»")

const (
	memberFile   = "member.json"
	signerFile   = "install.minisign"
	identityFile = "install.age"
)

func keysFolder(folder string) string { return filepath.Join(folder, "keys") }

// LoadMember reads the membership, or ErrNotEnrolled.
func LoadMember(folder string) (Member, error) {
	text, err := os.ReadFile(filepath.Join(keysFolder(folder), memberFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Member{}, ErrNotEnrolled
	}
	if err != nil {
		return Member{}, err
	}
	var m Member
	if err := json.Unmarshal(text, &m); err != nil {
		return Member{}, Damaged.errorf("%s is damaged: %w; enrol this centre again", memberFile, err)
	}
	return m, nil
}

func (m Member) save(folder string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(keysFolder(folder), memberFile), text, 0o600)
}

// Join makes a new install of the invited centre: an id, a signing key and an
// age identity that never leave the box. Its chain of batches starts at 1.
// The member file is written last: a crash before it leaves the old membership.
// A token is good for one install, so the same invitation again is answered
// with the membership that it made. No run may send meanwhile.
func Join(folder string, invitation batch.Invitation) (Member, error) {
	if _, err := drop.ParseTrust(invitation.DropCA, invitation.DropPin); err != nil {
		return Member{}, fmt.Errorf("enrolment file: %w; ask the province for a new one", err)
	}
	unlock, err := lockSpool(folder)
	if err != nil {
		return Member{}, err
	}
	defer unlock()
	if m, joined, err := JoinedBy(folder, invitation); err != nil || joined {
		return m, err
	}
	return join(folder, invitation)
}

// JoinedBy is the membership that this very invitation made, if it did.
func JoinedBy(folder string, invitation batch.Invitation) (Member, bool, error) {
	m, err := LoadMember(folder)
	if err != nil {
		return m, false, nil // none, or a damaged one: joining is the way out
	}
	request, _, err := m.request(folder)
	if err != nil {
		return m, false, nil
	}
	text, err := request.Authenticated()
	return m, err == nil && seal.CheckMAC(invitation.Token, text, m.MAC), err
}

func join(folder string, invitation batch.Invitation) (Member, error) {
	keys := keysFolder(folder)
	if err := durable.MkdirAll(keys, 0o700); err != nil {
		return Member{}, err
	}
	id := make([]byte, 8)
	rand.Read(id) // never fails
	install := hex.EncodeToString(id)
	signer, err := seal.GenerateSigner()
	if err != nil {
		return Member{}, err
	}
	identity, err := seal.GenerateIdentity()
	if err != nil {
		return Member{}, err
	}
	if err := errors.Join(signer.Save(keyPath(folder, install, signerFile)), identity.Save(keyPath(folder, install, identityFile))); err != nil {
		return Member{}, err
	}
	request, err := newRequest(invitation, install, signer, identity)
	if err != nil {
		return Member{}, err
	}
	m := Member{
		Centre: invitation.Centre, Install: install, Drop: invitation.Drop, DropCA: invitation.DropCA, DropPin: invitation.DropPin,
		Recipient: invitation.Recipient, ProvinceKey: invitation.MinisignKey, MAC: request.MAC,
	}
	return m, m.save(folder)
}

func keyPath(folder, install, name string) string {
	return filepath.Join(keysFolder(folder), install+"-"+name)
}

func newRequest(invitation batch.Invitation, install string, signer *seal.Signer, identity *seal.Identity) (batch.Request, error) {
	request := batch.Request{
		Version: batch.MessageVersion, Centre: invitation.Centre, Install: install,
		MinisignKey: signer.PublicKey(), AgeRecipient: identity.Recipient(),
	}
	text, err := request.Authenticated()
	if err != nil {
		return batch.Request{}, err
	}
	request.MAC = seal.MAC(invitation.Token, text)
	return request, nil
}

// request is what the member sends to join, as it was made.
func (m Member) request(folder string) (batch.Request, *seal.Signer, error) {
	signer, err := seal.LoadSigner(keyPath(folder, m.Install, signerFile))
	if err != nil {
		return batch.Request{}, nil, err
	}
	identity, err := seal.LoadIdentity(keyPath(folder, m.Install, identityFile))
	if err != nil {
		return batch.Request{}, nil, err
	}
	return batch.Request{
		Version: batch.MessageVersion, Centre: m.Centre, Install: m.Install,
		MinisignKey: signer.PublicKey(), AgeRecipient: identity.Recipient(), MAC: m.MAC,
	}, signer, nil
}

// enrolled says whether batches may go: a centre that is refused or revoked
// seals and sends nothing more. What it sent before still has its receipts.
func (r *run) enrolled(ctx context.Context) error {
	err := r.requestEnrolment(ctx)
	if TroubleOf(err) == Refused {
		return errors.Join(err, r.readReceipts(ctx, every))
	}
	return err
}

// requestEnrolment sends the request ahead of the first batch and looks for the
// answer. It may be repeated: the same bytes under the same name. After the
// answer it looks whether the province took it back.
func (r *run) requestEnrolment(ctx context.Context) error {
	request, _, err := r.member.request(r.Folder)
	if err != nil {
		return err
	}
	if r.member.Answered {
		return r.stillEnrolled(ctx, request)
	}
	text, err := batch.Canonical(request)
	if err != nil {
		return err
	}
	if err := put(ctx, r.at, batch.RequestName(r.member.Centre, r.member.Install), text); err != nil {
		return err
	}
	return r.readAnswer(ctx, request)
}

// stillEnrolled reads the answer once more, because the province may have
// revoked the centre. One that is gone or cannot be read takes nothing back.
func (r *run) stillEnrolled(ctx context.Context, request batch.Request) error {
	err := r.readAnswer(ctx, request)
	if TroubleOf(err) == Refused || !answers(err) {
		return err
	}
	return nil
}

func (r *run) readAnswer(ctx context.Context, request batch.Request) error {
	text, found, err := r.getSigned(ctx, batch.AnswerName(r.member.Centre, r.member.Install))
	if err != nil || !found {
		return err
	}
	answer, err := batch.ParseAnswer(text, request)
	if err != nil {
		return err
	}
	if answer.Status != batch.Accepted {
		return Refused.errorf("the province refused this enrolment (%s); ask it for a new enrolment file", strings.Join(answer.Reasons, "; "))
	}
	if r.member.Answered {
		return nil
	}
	r.member.Answered = true
	return markAnswered(r.Folder, r.member.Install)
}

// markAnswered writes the answer into the membership as it is on the disk: the
// caller's copy may name another drop.
func markAnswered(folder, install string) error {
	m, err := LoadMember(folder)
	if err != nil || m.Install != install {
		return err
	}
	m.Answered = true
	return m.save(folder)
}

// getSigned reads a message of the province with its signature; false while
// either is not there.
func (r *run) getSigned(ctx context.Context, name string) ([]byte, bool, error) {
	text, found, err := get(ctx, r.at, name)
	if err != nil || !found {
		return nil, false, err
	}
	signature, found, err := get(ctx, r.at, name+batch.Signature)
	if err != nil || !found {
		return nil, false, err
	}
	province, err := seal.ParseVerifier(r.member.ProvinceKey)
	if err != nil {
		return nil, false, err
	}
	if err := province.Verify(text, signature); err != nil {
		return nil, false, NotTrusted.errorf("%s is not signed by the province: %w; it was not believed", name, err)
	}
	return text, true, nil
}

func put(ctx context.Context, to drop.Drop, name string, text []byte) error {
	return to.Put(ctx, name, int64(len(text)), func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(string(text[offset:]))), nil
	})
}

func get(ctx context.Context, from drop.Drop, name string) ([]byte, bool, error) {
	reader, err := from.Get(ctx, name, batch.MaxMessageBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	text, err := io.ReadAll(reader)
	return text, true, errors.Join(err, reader.Close())
}
