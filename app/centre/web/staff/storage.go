package staff

import (
	"context"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
)

// Storage is what the pages need to know of the disk.
type Storage interface {
	State() StorageState
	// Seen forgets a failure that staff have seen.
	Seen() error
}

// StorageState is how the disk stands.
type StorageState struct {
	FailedAt time.Time `json:"failed_at,omitzero" doc:"When the disk failed and the server was started anew, until staff have seen it"`
	Failure  string    `json:"failure,omitempty" doc:"For whoever looks closer"`
	RoomLeft float64   `json:"room_left" minimum:"0" maximum:"1" doc:"How much is left of the room that is kept for submitting, logging in and the like on a full disk"`
}

type storageOutput struct{ Body StorageState }

func (s *Server) getStorage(context.Context, *struct{}) (*storageOutput, error) {
	return &storageOutput{Body: s.Storage.State()}, nil
}

func (s *Server) seeStorage(ctx context.Context, _ *struct{}) (*storageOutput, error) {
	err := s.Store.Audit(ctx, store.Entry{Action: store.ActionDiskFailureSeen, By: access.Of(ctx).Staff()})
	if err == nil {
		err = s.Storage.Seen()
	}
	if err != nil {
		return nil, err
	}
	return s.getStorage(ctx, nil)
}
