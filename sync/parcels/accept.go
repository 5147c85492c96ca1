package parcels

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path"
	"syscall"

	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
)

// maxSignature is more than any minisign file.
const maxSignature = 4 << 10

// signed is the manifest's bytes if the province signed them, nil while there is
// no signature: then it is no parcel yet.
func (s Shelf) signed(ctx context.Context, at drop.Drop, ref batch.Ref) ([]byte, error) {
	signature, err := read(ctx, at, path.Join(ref.ParcelFolder(), batch.SignatureName), maxSignature)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := read(ctx, at, path.Join(ref.ParcelFolder(), batch.ManifestName), batch.MaxMessageBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, told("its manifest is missing; %s", again)
	}
	if err != nil {
		return nil, err
	}
	if s.Province.Verify(text, signature) != nil {
		return nil, told("it is not signed by the province that this centre joined, and was not believed; %s", again)
	}
	return text, nil
}

func read(ctx context.Context, at drop.Drop, name string, limit int64) ([]byte, error) {
	in, err := at.Get(ctx, name, limit)
	switch {
	case errors.Is(err, drop.ErrTooLarge):
		return nil, told("%s is larger than it may be; %s", path.Base(name), again)
	case isOfOne(err):
		return nil, told("%s cannot be read: %v; %s", path.Base(name), err, again)
	case err != nil:
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(in, limit+1))
	if isOfOne(err) {
		err = told("%s cannot be read: %v; %s", path.Base(name), err, again)
	}
	if err == nil && int64(len(text)) > limit {
		err = told("%s is larger than it may be; %s", path.Base(name), again)
	}
	return text, errors.Join(err, in.Close())
}

// known says whether what lies in the place of a parcel that was fetched is that one.
func (s Shelf) known(ctx context.Context, ref batch.Ref, sum string) error {
	p, err := s.Store.FindParcel(ctx, s.Install, ref.Sequence)
	if err == nil && p.ManifestSHA256 != sum {
		err = told("another parcel of this number was fetched before; it stays, and this one is not taken")
	}
	return err
}

// accept is the manifest of the parcel that comes after last.
func (s Shelf) accept(text []byte, ref batch.Ref, last store.Parcel) (batch.Manifest, error) {
	var of struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(text, &of); err == nil && of.Version > batch.ParcelVersion {
		return batch.Manifest{}, told("it has version %d and this program reads up to %d; install a newer kaodian, then it is fetched", of.Version, batch.ParcelVersion)
	}
	m, err := batch.ParseParcel(text)
	switch {
	case err != nil:
		return m, told("%v", err)
	case m.Ref() != ref:
		return m, told("it is the parcel %s under another name, and was not taken", m.Ref().ParcelFolder())
	case m.Recipient != s.Identity.Recipient():
		return m, told("it is sealed for another install's key, and was not taken")
	case m.Sequence > last.Sequence+1:
		return m, told("parcel %d is missing before it; it is fetched when that one came", last.Sequence+1)
	case m.Previous != last.ManifestSHA256:
		return m, told("it does not follow on parcel %d as this centre has it; ask the province for a new enrolment file, and it publishes again", last.Sequence)
	}
	return m, nil
}

// isOfOne says whether an error is about one file of the drop, and not about the drop.
func isOfOne(err error) bool {
	switch drop.CauseOf(err) {
	case drop.InTheWay, drop.NotAllowed:
		return true
	}
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EISDIR)
}
