package upload

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
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

	// Erases says whether what is old may be erased now: not soon after a person
	// set the clock, who may have been wrong.
	Erases(ctx context.Context) (bool, error)

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

// Upload is one file on its way.
type Upload struct {
	ID        string // ours; also the name of the part and of the clip
	Owner     string // the person whose it is (exam.Registration.PersonKey)
	Attempt   string
	Item      string
	Filename  string    // as the phone told it; never a path
	Filetype  string    // as the phone told it; not believed
	Metadata  string    // the Upload-Metadata header as it came
	Size      int64     // bytes declared; of a live one the most that it may have
	Live      bool      // it is sent while it is recorded, so its length comes later (R23)
	Offset    int64     // bytes that are safe on the disk: the promise (I1)
	CreatedAt time.Time // by the centre's clock
	ExpiresAt time.Time // an unfinished upload is removed then
	ArrivedAt time.Time // when the byte before Offset came, zero before the first
	Finished  bool      // it is a clip now; Offset is Size
	TakenIn   string    // the staff account that takes the file in at the desk, "" for a phone's

	// Read only, derived from the attempt as it is now:

	// Device holds the attempt (R10). CreateUpload is given the device that
	// asks and compares it with the attempt's.
	Device string
	// Cutoff is the first moment that is too late for a byte (R13). Zero: no
	// byte is taken any more (submitted, reset, voided).
	Cutoff time.Time
	// Replaces says that the item has a clip, which this one would replace (R12).
	Replaces bool
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
	// Staff is the account that takes files in at the desk, "" for a candidate.
	// It sees the desk's uploads only, of every candidate, and holds no device.
	Staff string
}

// owns says whether the upload is the principal's: a candidate's own, or any
// that the desk takes in. A phone goes on with none of the desk's.
func (who Principal) owns(u Upload) bool {
	if who.Staff != "" || u.TakenIn != "" {
		return who.Staff != "" && u.TakenIn != ""
	}
	return u.Owner == who.Owner
}

// holds says whether it may send to the upload's attempt (R10).
func (who Principal) holds(u Upload) bool { return who.Staff != "" || u.Device == who.Device }
