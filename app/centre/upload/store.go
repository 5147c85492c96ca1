package upload

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
)

// Refusals of an upload that are not the exam's. Failed names its reason: the
// body was cut, another request took the upload over or holds it.
const (
	ChecksumMismatch refusal.Code = "checksum_mismatch"
	OffsetMismatch   refusal.Code = "upload_offset_mismatch"
	LengthMismatch   refusal.Code = "upload_length_mismatch"
	Failed           refusal.Code = "upload_failed"
)

// Store keeps what the engine must know after a crash. Every method is one
// transaction, safe when it returns (synchronous=FULL), and every method may
// be called again with the same arguments after a crash: the second call
// changes nothing.
//
// Refusals are refusal.Error (a full disk is refusal.DiskFull, a busy database
// refusal.StorageFailed: nothing was written). Any other error is a
// fault of the storage, such as a failed fsync: the engine then acknowledges
// nothing more until the process is new.
type Store interface {
	// CreateUpload checks that the attempt takes a clip for the item now
	// (running, R7; before the deadline, R13; held by u.Device, R10;
	// u.Size within the limit, R11) and makes the row. An item receives one
	// upload at a time: rows of earlier, unfinished uploads of the same item
	// are deleted in the same transaction as RemoveUpload does, and their
	// ids returned, so that the engine stops them.
	//
	// An attempt that is not u.Owner's is refusal.NotFound; an unknown item too.
	// room says in the transaction, of the disk as it was before, whether a
	// clip that replaces another (R12) leaves enough for what running attempts
	// were promised (R27); its refusal is returned and nothing is made.
	CreateUpload(ctx context.Context, u Upload, room func(need int64) error) (replaced []string, err error)

	// FindUpload returns the upload with what is true of its attempt now
	// (Device, Cutoff). A finished upload is found as long as its clip
	// exists; a deleted clip (R12, R15) takes it along, so that a phone
	// that goes on learns that it has to send again. Else
	// exam.UploadNotFound.
	FindUpload(ctx context.Context, id string) (Upload, error)

	// RecordOffsets writes down offsets in one transaction (the engine
	// gathers those of many uploads). An offset never shrinks; one of an
	// upload that is gone is left out without an error.
	RecordOffsets(ctx context.Context, offsets []Offset) error

	// SettleUpload gives a live upload its length: from then on it is as if
	// it had been declared at the beginning. Nothing happens to an upload
	// that has one, or of which more is safe already.
	SettleUpload(ctx context.Context, id string, size int64) error

	// FinishUpload makes the clip: exam.Apply with arrived as the moment the
	// last byte came (R13), clip row whose id is the upload's id, inspect
	// job, audit row, the upload finished. A former clip of the item is
	// replaced (R12). If the clip exists already, nothing happens. A refusal
	// (exam.AttemptOver, exam.UploadLate …; not refusal.DiskFull and
	// refusal.StorageFailed) means that the engine calls RemoveUpload.
	FinishUpload(ctx context.Context, id string, arrived time.Time) error

	// RemoveUpload deletes the row of an upload that is not finished and in
	// the same transaction names its part and its file in the vault for the
	// trash, which Engine.Remove empties. An absent or finished one is no
	// error and is left alone.
	RemoveUpload(ctx context.Context, id string) error

	// ListUploads returns the uploads that are not finished, of one attempt
	// or, with "", of all.
	ListUploads(ctx context.Context, attempt string) ([]Upload, error)
}

// Upload is one file on its way; Offset is what RecordOffsets writes down of one.
type (
	Upload = store.Upload
	Offset = store.Offset
)

// Principal is who asks.
type Principal struct {
	Owner  string // the person; uploads of others are as if absent
	Device string // compared with the attempt's holder (R10)
}
