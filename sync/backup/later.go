package backup

import (
	"bytes"
	"context"
	"path"
	"strings"
)

// maxLater bounds a file that Later reads; those are small texts.
const maxLater = 1 << 20

// Later are the files of one folder that this backup does not hold and newer ones of
// the same box do, by name. What cannot be read of a newer backup is left out: it is
// not the one that is brought back.
func (s *Stored) Later(ctx context.Context, folder string) (map[string][]byte, error) {
	found := map[string][]byte{}
	for _, f := range s.Files {
		if path.Dir(f.Name) == folder {
			found[f.Name] = nil
		}
	}
	all, err := lists(ctx, s.at, s.Box)
	for _, one := range all {
		if one.number <= s.Number {
			continue
		}
		if l, own := s.open.read(ctx, s.at, one); own == nil {
			s.later(ctx, l, folder, found)
		}
	}
	for name, text := range found {
		if text == nil {
			delete(found, name)
		}
	}
	return found, err
}

func (s *Stored) later(ctx context.Context, l List, folder string, found map[string][]byte) {
	newer := &Stored{List: l, at: s.at, open: s.open}
	for _, f := range l.Files {
		if _, known := found[f.Name]; known || !strings.HasPrefix(f.Name, folder+"/") || f.Size > maxLater {
			continue
		}
		var text bytes.Buffer
		if newer.readFile(ctx, f, &text) == nil {
			found[f.Name] = text.Bytes()
		}
	}
}
