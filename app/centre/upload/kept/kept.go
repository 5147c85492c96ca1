// Package kept keeps uploads in the centre's store. The engine knows no store
// and the store no engine, so what one calls an upload is turned here into what
// the other does; a field that only one of them has does not compile.
//
// It holds nothing of its own, so nothing of it can be lost in a crash. It must
// not import anything but the two.
package kept

import (
	"context"

	"kaodian/app/centre/store"
	"kaodian/app/centre/upload"
)

// Uploads are the store's uploads, as the engine wants them.
type Uploads struct{ *store.Store }

var _ upload.Store = Uploads{}

// CreateUpload makes the upload's row.
func (u Uploads) CreateUpload(ctx context.Context, one upload.Upload, room func(need int64) error) (replaced []string, err error) {
	return u.Store.CreateUpload(ctx, store.Upload(one), room)
}

// FindUpload returns the upload with what is true of its attempt now.
func (u Uploads) FindUpload(ctx context.Context, id string) (upload.Upload, error) {
	found, err := u.Store.FindUpload(ctx, id)
	return upload.Upload(found), err
}

// RecordOffsets writes down offsets in one transaction.
func (u Uploads) RecordOffsets(ctx context.Context, offsets []upload.Offset) error {
	rows := make([]store.Offset, 0, len(offsets))
	for _, o := range offsets {
		rows = append(rows, store.Offset(o))
	}
	return u.Store.RecordOffsets(ctx, rows)
}

// ListUploads returns the uploads that are not finished.
func (u Uploads) ListUploads(ctx context.Context, attempt string) ([]upload.Upload, error) {
	rows, err := u.Store.ListUploads(ctx, attempt)
	var list []upload.Upload
	for _, row := range rows {
		list = append(list, upload.Upload(row))
	}
	return list, err
}
