package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
)

// Report describes a batch that was verified.
type Report struct {
	Name    string    `json:"name"` // <centre>/<install>/<sequence>
	MadeAt  time.Time `json:"made_at"`
	Program string    `json:"program"`
	Files   int       `json:"files"`
	Bytes   int64     `json:"bytes"` // as sent
	Media   int       `json:"media"`
}

// Verify checks a batch as Receive would and changes nothing but its own
// scratch folder: its signature, every file as sent, and the decrypted content.
// Its place in the install's chain is not checked, so a batch that was taken in
// long ago can be verified too.
func (in *Inbox) Verify(ctx context.Context, folder string) (Report, error) {
	top, ref, err := placeOf(folder)
	if err != nil {
		return Report{}, err
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return Report{}, err
	}
	defer root.Close()
	if err := in.begin(); err != nil {
		return Report{}, err
	}
	r := &run{Inbox: in, root: root, dir: top}
	m, err := r.verified(ctx, ref)
	if err != nil {
		return Report{}, err
	}
	media, err := r.verifyFiles(ctx, m)
	b := describe(store.Batch{}, m)
	return Report{Name: ref.Folder(), MadeAt: m.MadeAt, Program: m.Program, Files: len(m.Files), Bytes: b.Bytes, Media: media}, err
}

// IsFaultOf says whether an error of Verify is the batch's; any other is our own
// disk's or store's, or the end of the context.
func IsFaultOf(err error) bool {
	_, damaged := errors.AsType[*damage](err)
	_, wrong := errors.AsType[*refusal](err)
	return damaged || wrong || wrongRecords(err) != nil
}

// placeOf splits …/<centre>/<install>/<sequence>: the names are part of what
// was signed.
func placeOf(folder string) (top string, ref batch.Ref, err error) {
	folder = filepath.Clean(folder)
	top = filepath.Dir(filepath.Dir(filepath.Dir(folder)))
	name, err := filepath.Rel(top, folder)
	if err != nil {
		return "", ref, err
	}
	ref, err = batch.ParseFolder(filepath.ToSlash(name))
	if err != nil {
		return "", ref, fmt.Errorf("%s is no batch's folder; name one that ends in <centre>/<install>/<sequence>", folder)
	}
	return top, ref, nil
}

// verified returns the manifest if an install that may send signed it for this
// place and this province.
func (r *run) verified(ctx context.Context, ref batch.Ref) (batch.Manifest, error) {
	install, known, err := r.Store.FindInstall(ctx, ref.Centre, ref.Install)
	switch {
	case err != nil:
		return batch.Manifest{}, err
	case !known:
		return batch.Manifest{}, refuse("install %s of %s never enrolled here, so nobody can say who made the batch; enrol the centre", ref.Install, ref.Centre)
	case !install.RevokedAt.IsZero():
		return batch.Manifest{}, refuse("install %s of %s was revoked; give the centre a new enrolment file", ref.Install, ref.Centre)
	}
	if _, err := r.root.Lstat(ref.Folder() + "/" + batch.SignatureName); errors.Is(err, fs.ErrNotExist) {
		return batch.Manifest{}, refuse("%s is not there: the batch is still on its way; try again when it came", batch.SignatureName)
	}
	text, err := r.signed(ref, install)
	if err != nil {
		return batch.Manifest{}, err
	}
	m, err := batch.ParseManifest(text)
	switch {
	case err != nil:
		return batch.Manifest{}, refuse("%v", err)
	case m.Ref() != ref:
		return batch.Manifest{}, refuse("%s is of the batch %s; put the folder where it belongs", batch.ManifestName, m.Ref())
	case m.Recipient != r.Identity.Recipient():
		return batch.Manifest{}, refuse("it is sealed for another province's key; enrol the centre again")
	}
	return m, nil
}

// verifyFiles decrypts every file and discards the content.
func (r *run) verifyFiles(ctx context.Context, m batch.Manifest) (media int, err error) {
	if err := r.checkSizes(m); err != nil {
		return 0, err
	}
	sent, closeRecords, err := r.records(ctx, m)
	if err != nil {
		return 0, err
	}
	defer closeRecords()
	all, err := mediaOf(ctx, m, sent)
	if err != nil {
		return 0, err
	}
	for _, one := range all {
		if err := r.unseal(ctx, m, one, io.Discard); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}
