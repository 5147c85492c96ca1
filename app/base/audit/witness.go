package audit

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kaodian/app/base/durable"
)

// ErrCut says that lines which the store or the witness knows are missing.
var ErrCut = errors.New("lines are missing at the end of the audit log")

// Witness keeps, in a file beside a store, the end of its audit log, so that a
// truncation is noticed even if its author also changed the database.
//
// The file is signed with a key that is made with it, and advances only while
// the log still has the line that it names: after a truncation it stays as it
// is, and Check fails, until an operator accepts the gap. It is written after the
// log, so a crash leaves it a little behind, never ahead. A person who can read
// the key could sign another file; against that there are the program's log on
// the machine and the lines that the province has.
type Witness struct {
	Folder string // of the store
	Log    Log
}

const (
	name    = "audit.head"
	keyName = "audit.key"
)

type signed struct {
	Line
	MAC string `json:"mac"`
}

// Check returns ErrCut if the log no longer has the line that the file names, or
// if the file is gone or was changed. A log that has no file yet is fine.
func (f Witness) Check(ctx context.Context) error {
	_, err := f.check(ctx)
	return err
}

func (f Witness) check(ctx context.Context) (known *Line, err error) {
	known, err = f.read()
	if err != nil {
		return nil, err
	}
	if known == nil {
		was, err := f.Log.Witnessed(ctx)
		if err == nil && was {
			err = fmt.Errorf("%w, or were: the file %s, which says how far it went, is gone", ErrCut, f.path(name))
		}
		return nil, err
	}
	if known.Seq == 0 {
		return known, nil
	}
	hash, err := f.Log.AuditHash(ctx, known.Seq)
	if err != nil || hash == known.Hash {
		return known, err
	}
	last, err := f.Log.AuditEnd(ctx)
	if err == nil && last.Seq < known.Seq {
		err = fmt.Errorf("%w: it ends with line %d, and line %d had been written", ErrCut, last.Seq, known.Seq)
	} else if err == nil {
		err = fmt.Errorf("%w: line %d is another one than had been written", ErrCut, known.Seq)
	}
	return known, err
}

// Keep records the log's end. It changes nothing if Check fails.
func (f Witness) Keep(ctx context.Context) error {
	known, err := f.check(ctx)
	if err != nil {
		return err
	}
	last, err := f.Log.AuditEnd(ctx)
	if err != nil || known != nil && last.Seq <= known.Seq {
		return err
	}
	return f.write(ctx, last)
}

// Accept goes on from the log's present end, whatever the file says.
func (f Witness) Accept(ctx context.Context) error {
	last, err := f.Log.AuditEnd(ctx)
	if err != nil {
		return err
	}
	return f.write(ctx, last)
}

func (f Witness) path(name string) string {
	if name == keyName {
		return filepath.Join(f.Folder, "keys", name)
	}
	return filepath.Join(f.Folder, name)
}

// read returns what the file says; nil where there is no file or no key yet.
func (f Witness) read() (*Line, error) {
	key, err := f.key()
	if err != nil || key == nil {
		return nil, err
	}
	text, err := os.ReadFile(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var s signed
	if json.Unmarshal(text, &s) != nil || !hmac.Equal([]byte(s.MAC), []byte(sign(key, s.Line))) {
		return nil, fmt.Errorf("%w, or were: the file %s, which says how far it went, was changed", ErrCut, f.path(name))
	}
	return &s.Line, nil
}

func (f Witness) key() ([]byte, error) {
	text, err := os.ReadFile(f.path(keyName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// write makes the file. The key is made after the first file, so a file without
// a key means that the first write was interrupted.
func (f Witness) write(ctx context.Context, line Line) error {
	key, err := f.key()
	if err != nil {
		return err
	}
	fresh := key == nil
	if fresh {
		secret := make([]byte, 32)
		rand.Read(secret) // never fails
		key = []byte(hex.EncodeToString(secret) + "\n")
	}
	text, err := json.Marshal(signed{line, sign(key, line)})
	if err != nil {
		return err
	}
	if err := durable.WriteFile(f.path(name), append(text, '\n'), 0o600); err != nil {
		return err
	}
	if fresh {
		if err := durable.MkdirAll(filepath.Dir(f.path(keyName)), 0o700); err != nil {
			return err
		}
		if err := durable.WriteFile(f.path(keyName), key, 0o600); err != nil {
			return err
		}
	}
	was, err := f.Log.Witnessed(ctx)
	if err != nil || was {
		return err
	}
	return f.Log.SetWitnessed(ctx)
}

func sign(key []byte, line Line) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%d %s", line.Seq, line.Hash)
	return hex.EncodeToString(mac.Sum(nil))
}
