package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"kaodian/app/base/ctxio"
	"kaodian/sync/batch"
)

// Sums compares the files of a batch's folder with its manifest, which needs no
// key, and describes every file that is wrong. notes are files that do not
// belong to the batch; they are harmless.
func Sums(ctx context.Context, folder string) (wrong, notes []string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	r := &run{root: root, dir: folder}
	text, err := r.read(batch.ManifestName, batch.MaxMessageBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("there is no %s in %s, so it holds no batch; name a batch's folder", batch.ManifestName, folder)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be read: %w; name a batch's folder", batch.ManifestName, err)
	}
	m, err := batch.ParseManifest(text)
	if err != nil {
		return []string{err.Error()}, nil, nil
	}
	for _, file := range m.Files {
		err := r.compare(ctx, file)
		if err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	notes, err = r.extras(m)
	return wrong, notes, errors.Join(err, ctx.Err())
}

func (r *run) compare(ctx context.Context, file batch.File) error {
	source, size, err := r.open(file.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return &damage{file: file.Name, reason: "is missing"}
	}
	if err != nil {
		return err
	}
	defer source.Close()
	if size != file.Size {
		return &damage{file: file.Name, reason: fmt.Sprintf("has %d bytes instead of %d", size, file.Size)}
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, ctxio.Reader(ctx, source)); err != nil {
		return fmt.Errorf("%s cannot be read: %w", file.Name, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != file.SHA256 {
		return &damage{file: file.Name, reason: "is not as it was sent"}
	}
	return nil
}

func (r *run) extras(m batch.Manifest) ([]string, error) {
	named := map[string]bool{batch.ManifestName: true, batch.SignatureName: true}
	for _, file := range m.Files {
		named[file.Name] = true
	}
	var notes []string
	err := fs.WalkDir(r.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !named[path.Clean(name)] {
			notes = append(notes, name+" does not belong to the batch")
		}
		return err
	})
	return notes, err
}
