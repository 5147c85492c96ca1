package outbox

import (
	"context"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store"
	"kaodian/sync/records"
)

// Store is what the outbox needs of the centre's store; each method is one
// transaction.
type Store interface {
	records.Files
	ListWaiting(ctx context.Context, install string) (store.Waiting, error)
	ListLater(ctx context.Context, install string) ([]store.Later, error)
	ListUntoldParcels(ctx context.Context, install string) ([]store.Parcel, error)
	ListParcels(ctx context.Context, install string, limit int) ([]store.Parcel, error)
	LastParcel(ctx context.Context, install string) (store.Parcel, bool, error)
	FindParcel(ctx context.Context, install string, sequence int64) (store.Parcel, error)
	RecordFetched(ctx context.Context, p store.Parcel, refused string) error
	Tick(ctx context.Context) (changed []string, err error)
	AuditEnd(ctx context.Context) (audit.Line, error)
	FindClip(ctx context.Context, clipID string) (store.ClipRecord, error)
	FindRecord(ctx context.Context, orderID string) (store.Record, error)
	RecordSealed(ctx context.Context, b store.Batch) error
	RecordSent(ctx context.Context, install string, sequence int64) error
	RecordReceipt(ctx context.Context, install string, sequence int64, accepted bool, reasons, files []string) error
	ListUnclearedBatches(ctx context.Context, install string) ([]store.Batch, error)
	ListAcceptedAmong(ctx context.Context, install string, sequences []int64) ([]store.Batch, error)
	RecordCleared(ctx context.Context, install string, sequence int64) error
	FindRefusedBatch(ctx context.Context, install string) (store.Batch, bool, error)
	LastBatch(ctx context.Context, install string) (store.Batch, bool, error)
	ListBatches(ctx context.Context, install string, limit int) ([]store.Batch, error)
	CountRefusedOrders(ctx context.Context, install string) (int64, error)
	ListOpenBatches(ctx context.Context, install string) ([]store.Batch, error)
	FindSetting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}
