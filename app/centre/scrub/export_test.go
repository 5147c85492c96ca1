package scrub

import (
	"context"

	"kaodian/app/centre/store"
)

// FromDisk opens a stored file.
var FromDisk = fromDisk

// Compare reads a file of a folder whole.
func Compare(ctx context.Context, from Store, folder, name string) (Wrong, error) {
	s := &Scrub{Config: Config{Store: from, Folder: folder}}
	_, wrong, why := s.compare(ctx, store.Stored{Path: name})
	return wrong, why
}
