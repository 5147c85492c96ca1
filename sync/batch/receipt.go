package batch

import (
	"fmt"
	"time"
)

// ReceiptStatus is the province's answer.
type ReceiptStatus string

// The answers; only an accepted batch lets the centre delete media (I5).
const (
	Accepted ReceiptStatus = "accepted"
	Refused  ReceiptStatus = "refused"
)

// Receipt is the province's signed answer to a batch.
type Receipt struct {
	Version        int           `json:"version"`
	Centre         string        `json:"centre"`
	Install        string        `json:"install"`
	Sequence       int64         `json:"sequence"`
	ManifestSHA256 string        `json:"manifest_sha256"`
	Status         ReceiptStatus `json:"status"`
	Reasons        []string      `json:"reasons"`
	Files          []string      `json:"files"` // SHA-256 as sent, of every file the manifest names
	ReceivedAt     time.Time     `json:"received_at"`
}

// ParseReceipt reads a receipt that answers the batch ref; its signature is
// checked before.
func ParseReceipt(text []byte, ref Ref) (Receipt, error) {
	var r Receipt
	if err := parse(text, &r); err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	if err := checkVersion(r.Version, MessageVersion); err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	if (Ref{Centre: r.Centre, Install: r.Install, Sequence: r.Sequence}) != ref {
		return Receipt{}, fmt.Errorf("receipt: it is for another batch than %s", ref)
	}
	if r.Status != Accepted && r.Status != Refused {
		return Receipt{}, fmt.Errorf("receipt: its status is %q", r.Status)
	}
	return r, nil
}

// Answers says whether the receipt accepts this very manifest with every file.
func (r Receipt) Answers(m Manifest, manifestSHA256 string) error {
	if r.ManifestSHA256 != manifestSHA256 {
		return fmt.Errorf("receipt: it answers another manifest of the same number")
	}
	if r.Status != Accepted {
		return nil
	}
	named := map[string]bool{}
	for _, sum := range r.Files {
		named[sum] = true
	}
	for _, file := range m.Files {
		if !named[file.SHA256] {
			return fmt.Errorf("receipt: it does not name %s", file.Name)
		}
	}
	return nil
}
