package upload

import (
	"context"
	"time"
)

// Store keeps what the engine must know after a crash. Every method is one
// transaction, safe when it returns (synchronous=FULL), and every method may
// be called again with the same arguments after a crash: the second call
// changes nothing.
//
// Refusals are exam.Error; any other error is a fault of the storage, after
// which the engine answers nothing as received.
type Store interface {
	// CreateUpload checks that the attempt takes a clip for the item now
	// (running, R7; before the deadline, R13; held by u.Device, R10;
	// u.Size within the limit, R11) and makes the row. An item receives one
	// upload at a time: rows of earlier, unfinished uploads of the same item
	// are deleted in the same transaction and their ids returned, so that
	// the engine stops them and removes their parts.
	//
	// An attempt that is not u.Owner's is exam.NotFound; an unknown item too.
	CreateUpload(ctx context.Context, u Upload) (replaced []string, err error)

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

	// FinishUpload makes the clip: exam.Apply with arrived as the moment the
	// last byte came (R13), clip row whose id is the upload's id, inspect
	// job, audit row, the upload finished. A former clip of the item is
	// replaced (R12). If the clip exists already, nothing happens. A refusal
	// (exam.AttemptOver, exam.UploadLate …) means that the bytes will be
	// thrown away; the row may stay until RemoveUpload.
	FinishUpload(ctx context.Context, id string, arrived time.Time) error

	// RemoveUpload deletes the row of an upload that is not finished. An
	// absent or finished one is no error and is left alone.
	RemoveUpload(ctx context.Context, id string) error

	// ListUploads returns the uploads that are not finished, of one attempt
	// or, with "", of all.
	ListUploads(ctx context.Context, attempt string) ([]Upload, error)

	// HasClip says whether a clip with this id exists. Start-up asks it for
	// files in the vault before it takes one for an orphan.
	HasClip(ctx context.Context, id string) (bool, error)
}

// Upload is one file on its way.
type Upload struct {
	ID        string // ours; also the name of the part and of the clip
	Owner     string // whose it is: Principal.Owner
	Attempt   string
	Item      string
	Filename  string    // as the phone told it; never a path
	Filetype  string    // as the phone told it; not believed
	Metadata  string    // the Upload-Metadata header as it came
	Size      int64     // bytes declared; final
	Offset    int64     // bytes that are safe on the disk: the promise (I1)
	CreatedAt time.Time // by the centre's clock
	ExpiresAt time.Time // an unfinished upload is removed then
	ArrivedAt time.Time // when the byte before Offset came, zero before the first
	Finished  bool      // it is a clip now; Offset is Size

	// Read only, derived from the attempt as it is now:

	// Device holds the attempt (R10). CreateUpload is given the device that
	// asks and compares it with the attempt's.
	Device string
	// Cutoff is the first moment that is too late for a byte (R13): deadline
	// and grace, as exam.Attempt.UploadCutoff has it. Zero: no byte is taken
	// any more (submitted, reset, voided).
	Cutoff time.Time
}

// Offset is what RecordOffsets writes down of one upload.
type Offset struct {
	ID        string
	Bytes     int64     // safe on the disk
	ArrivedAt time.Time // when the last of them came
}

// Principal is who asks.
type Principal struct {
	Owner  string // the person; uploads of others are as if absent
	Device string // compared with the attempt's holder (R10)
}
