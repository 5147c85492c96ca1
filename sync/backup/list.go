package backup

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"kaodian/sync/seal"
)

// Version is the format's; a newer one is refused.
const Version = 1

// pieceBytes is the most that one sealed file holds. FAT32 takes 4 GiB.
const pieceBytes = 1 << 30

// maxFileBytes is more than any file of a centre has.
const maxFileBytes = 1 << 44

// maxListBytes is more than the list of a million files takes.
const maxListBytes = 512 << 20

// File is a file of the data folder in a backup.
type File struct {
	Name   string   `json:"name"` // with slashes
	Size   int64    `json:"size"`
	Pieces []string `json:"pieces"` // SHA-256 of each piece in the clear
}

// List is a backup: what belongs to it.
type List struct {
	Version    int       `json:"version"`
	Program    string    `json:"program"`
	Box        string    `json:"box"`
	Number     int       `json:"number"`
	MadeAt     time.Time `json:"made_at"`
	PieceBytes int64     `json:"piece_bytes"`
	Files      []File    `json:"files"`
}

// Bytes are those of all files in the clear.
func (l List) Bytes() (sum int64) {
	for _, f := range l.Files {
		sum += f.Size
	}
	return sum
}

// Name is the list's file in the box's folder.
func (l List) Name() string {
	return fmt.Sprintf("%06d-%s.backup", l.Number, strings.ToLower(l.MadeAt.UTC().Format("20060102T150405Z")))
}

// pieceSize is the size of the file's nth piece in the clear.
func (l List) pieceSize(f File, n int) int64 {
	return min(l.PieceBytes, f.Size-int64(n)*l.PieceBytes)
}

const magic = "kaodian-backup"

// Errors of a list that is not believed.
var (
	errNotOurs = errors.New("it was not made with this key, or it is damaged")
	errNewer   = errors.New("it was made by a newer program; install that version to restore it")
)

// sealList is the file of a list: a line with its MAC, then the sealed text.
func sealList(l List, k Keys, to []*seal.Recipient) ([]byte, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	var sealed bytes.Buffer
	if _, err := seal.EncryptToAll(&sealed, to, bytes.NewReader(text)); err != nil {
		return nil, err
	}
	head := fmt.Sprintf("%s %d %s\n", magic, Version, seal.MAC(k.Token, sealed.Bytes()))
	return append([]byte(head), sealed.Bytes()...), nil
}

// openList verifies, then opens.
func openList(text []byte, o opener) (List, error) {
	head, sealed, _ := bytes.Cut(text, []byte("\n"))
	var version int
	var mac string
	if n, err := fmt.Sscanf(string(head), magic+" %d %64s", &version, &mac); err != nil || n != 2 {
		return List{}, errNotOurs
	}
	if version > Version {
		return List{}, errNewer
	}
	if !seal.CheckMAC(o.token, sealed, mac) {
		return List{}, errNotOurs
	}
	var plain bytes.Buffer
	if err := seal.Decrypt(&seal.Bounded{To: &plain, Left: maxListBytes}, bytes.NewReader(sealed), o.identity); err != nil {
		return List{}, fmt.Errorf("it cannot be opened with this key: %w", err)
	}
	var l List
	decoder := json.NewDecoder(&plain)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&l); err != nil {
		return List{}, fmt.Errorf("its list cannot be read: %w", err)
	}
	return l, l.check()
}

// check refuses a list that no program of ours wrote: whoever could make its MAC
// had the key, yet nothing that it says leads out of the folder.
func (l List) check() error {
	if l.Version != Version || l.PieceBytes <= 0 || l.PieceBytes > maxFileBytes || l.Number <= 0 {
		return errors.New("its list makes no sense")
	}
	seen := map[string]bool{}
	for _, f := range l.Files {
		if err := l.checkFile(f); err != nil {
			return fmt.Errorf("its list names %q, %w", f.Name, err)
		}
		if seen[f.Name] {
			return fmt.Errorf("its list names %q twice", f.Name)
		}
		seen[f.Name] = true
	}
	for name := range seen {
		for above := path.Dir(name); above != "."; above = path.Dir(above) {
			if seen[above] {
				return fmt.Errorf("its list has %q as a file and as a folder", above)
			}
		}
	}
	if !seen[Database] {
		return errors.New("its list has no database")
	}
	return nil
}

func (l List) checkFile(f File) error {
	switch {
	case !plainName(f.Name), f.Name != Database && notHeld(f.Name):
		return errors.New("which a backup does not hold")
	case f.Size < 0 || f.Size > maxFileBytes || int64(len(f.Pieces)) != (f.Size+l.PieceBytes-1)/l.PieceBytes:
		return errors.New("whose size makes no sense")
	}
	for _, sum := range f.Pieces {
		if raw, err := hex.DecodeString(sum); err != nil || len(raw) != 32 {
			return errors.New("whose hash is none")
		}
	}
	return nil
}

func plainName(name string) bool {
	return name != "" && len(name) < 1000 && !path.IsAbs(name) && path.Clean(name) == name &&
		name != ".." && !strings.HasPrefix(name, "../") && !strings.ContainsAny(name, "\\\x00")
}
