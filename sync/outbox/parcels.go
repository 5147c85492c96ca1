package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"kaodian/app/centre/store"
	"kaodian/sync/internal/query"
	"kaodian/sync/parcels"
	"kaodian/sync/seal"
)

// parcelsTold is the setting that says what is wrong with what lies at the drop
// for this install; "" where nothing is.
const parcelsTold = "sync_parcels_told"

// toldOfParcels is that setting.
type toldOfParcels struct {
	Install string   `json:"install"`
	Wrong   []string `json:"wrong"`
}

// Parcels is where what the province sends down to the member lies; ErrNotEnrolled
// without a province.
func (o *Outbox) Parcels() (parcels.Shelf, error) {
	m, err := LoadMember(o.Folder)
	if err != nil {
		return parcels.Shelf{}, err
	}
	return o.shelf(m)
}

func (o *Outbox) shelf(m Member) (parcels.Shelf, error) {
	province, err := seal.ParseVerifier(m.ProvinceKey)
	if err != nil {
		return parcels.Shelf{}, err
	}
	identity, err := seal.LoadIdentity(keyPath(o.Folder, m.Install, identityFile))
	if err != nil {
		return parcels.Shelf{}, err
	}
	return parcels.Shelf{
		Store: o.Store, Folder: o.Folder, Centre: m.Centre, Install: m.Install, Province: province, Identity: identity, Room: o.Host.Room,
	}, nil
}

// fetchParcels brings what the province sent down. What is wrong with it fails no
// run: batches go all the same, and staff are told until it is mended.
func (r *run) fetchParcels(ctx context.Context) error {
	shelf, err := r.shelf(r.member)
	if err != nil {
		return err
	}
	wrong, failed := shelf.Fetch(ctx, r.at)
	if failed != nil && len(wrong) == 0 {
		return failed // nobody knows whether what was wrong is mended
	}
	return errors.Join(failed, r.tellWrong(ctx, wrong))
}

// tellWrong writes down what staff are to know of what lies at the drop.
func (r *run) tellWrong(ctx context.Context, wrong []string) error {
	known, err := r.wrongParcels(ctx, r.member.Install)
	if err != nil || slices.Equal(known, wrong) {
		return err
	}
	if len(wrong) == 0 {
		return r.Store.SetSetting(ctx, parcelsTold, "")
	}
	text, err := json.Marshal(toldOfParcels{Install: r.member.Install, Wrong: wrong})
	if err != nil {
		return err
	}
	return r.Store.SetSetting(ctx, parcelsTold, string(text))
}

// wrongParcels is what was told of the install's parcels at the drop.
func (o *Outbox) wrongParcels(ctx context.Context, install string) ([]string, error) {
	text, err := o.Store.FindSetting(ctx, parcelsTold)
	if err != nil || text == "" {
		return nil, err
	}
	var known toldOfParcels
	if err := json.Unmarshal([]byte(text), &known); err != nil || known.Install != install {
		return nil, err
	}
	return known.Wrong, nil
}

// parcel tells what became of a parcel.
func (r *recorder) parcel(p store.Parcel) {
	r.note(r.InsertParcel(r.ctx, query.InsertParcelParams{
		Install: p.Install, Sequence: p.Sequence, ManifestSha256: p.ManifestSHA256, Outcome: string(p.State), Reason: p.Answer.Reason,
		Added: int64(p.Answer.Added), Changed: int64(p.Answer.Changed), Unchanged: int64(p.Answer.Unchanged), LeftOut: int64(p.Answer.LeftOut),
		ByRole: string(p.Answer.By.Role), ByName: p.Answer.By.Name, At: p.Answer.At.UnixMilli(),
	}))
}
