package webkit

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"
)

// Devices makes and recognises devices: browsers with a signed id in a cookie,
// and signed proofs of the accounts for which they logged in.
type Devices struct {
	// Store has the signing secret, which is asked for until it is there.
	Store interface {
		DeviceKey(ctx context.Context) ([]byte, error)
	}
	// Cookie holds the device's id, KnownCookie its proofs.
	Cookie, KnownCookie string

	mu  sync.Mutex
	key []byte
}

const (
	signedBytes = 16 // of a MAC
	maxProofs   = 6  // accounts of one device
)

// NewDevice makes an id: 130 random bits.
func NewDevice() string { return rand.Text() }

// Sign makes the cookie of a device's id.
func (d *Devices) Sign(ctx context.Context, id string) (cookie string, err error) {
	mac, err := d.mac(ctx, "device", id)
	return id + "." + mac, err
}

// Read returns the id of a cookie that we signed, else "".
func (d *Devices) Read(ctx context.Context, cookie string) (id string, err error) {
	id, mac, signed := strings.Cut(cookie, ".")
	if !signed {
		return "", nil
	}
	want, err := d.mac(ctx, "device", id)
	if err != nil || !hmac.Equal([]byte(mac), []byte(want)) {
		return "", err
	}
	return id, nil
}

// Proven says whether one of the proofs is of the account and this device.
func (d *Devices) Proven(ctx context.Context, proofs, device, account string) (bool, error) {
	if proofs == "" {
		return false, nil
	}
	want, err := d.mac(ctx, "right", device+" "+account)
	if err != nil {
		return false, err
	}
	for proof := range strings.SplitSeq(proofs, ".") {
		if hmac.Equal([]byte(proof), []byte(want)) {
			return true, nil
		}
	}
	return false, nil
}

// Prove adds the account to the device's proofs, and drops the oldest.
func (d *Devices) Prove(ctx context.Context, proofs, device, account string) (string, error) {
	fresh, err := d.mac(ctx, "right", device+" "+account)
	if err != nil {
		return "", err
	}
	kept := []string{fresh}
	for old := range strings.SplitSeq(proofs, ".") {
		if old != fresh && len(old) == len(fresh) && len(kept) < maxProofs {
			kept = append(kept, old)
		}
	}
	return strings.Join(kept, "."), nil
}

func (d *Devices) mac(ctx context.Context, use, text string) (string, error) {
	key, err := d.secret(ctx)
	if err != nil {
		return "", err
	}
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(use + "\x00" + text)) // never fails
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:signedBytes]), nil
}

func (d *Devices) secret(ctx context.Context) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.key == nil {
		key, err := d.Store.DeviceKey(ctx)
		if err != nil {
			return nil, err
		}
		d.key = key
	}
	return d.key, nil
}
