package upload

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"strings"

	"kaodian/app/base/refusal"
)

// ChecksumAlgorithms are the names of Tus-Checksum-Algorithm.
const ChecksumAlgorithms = "sha1,sha256,crc32"

// Checksum is what a request declares of its body.
type Checksum struct {
	hash hash.Hash
	want []byte
}

// ParseChecksum reads an Upload-Checksum header: algorithm, space, base64. ok
// is false for anything else.
func ParseChecksum(header string) (sum *Checksum, ok bool) {
	name, encoded, found := strings.Cut(strings.TrimSpace(header), " ")
	want, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	sum = &Checksum{hash: newHash(name), want: want}
	if !found || err != nil || sum.hash == nil || len(want) != sum.hash.Size() {
		return nil, false
	}
	return sum, true
}

// newHash knows the algorithms. sha1 is what every tus client offers; here it
// finds damage on the way, not forgery.
func newHash(name string) hash.Hash {
	switch name {
	case "sha1":
		return sha1.New()
	case "sha256":
		return sha256.New()
	case "crc32":
		return crc32.NewIEEE()
	}
	return nil
}

func (c *Checksum) check() error {
	if !bytes.Equal(c.hash.Sum(nil), c.want) {
		return refusal.New(ChecksumMismatch)
	}
	return nil
}
