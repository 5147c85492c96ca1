package shared

import (
	"log/slog"
	"path/filepath"

	"kaodian/app/centre/rehearsal"
	"kaodian/app/centre/room"
	"kaodian/app/centre/store"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/transport"
)

// Base is where the API begins.
const Base = "/api/v1"

// Centre is what both rooms work with.
type Centre struct {
	Store  *store.Store
	Engine *upload.Engine
	Door   *access.Door      // made by web.New
	Secure *transport.Secure // nil without HTTPS
	Folder string            // the data folder
	Free   room.Free         // asks the folder's disk if nil
	// Rehearsal is the hall of rehearsals 彩排, which yields to attempts.
	Rehearsal *rehearsal.Hall
	Log       *slog.Logger
}

// IDInput is the path's id. It is exported because Huma fills in embedded
// structs only when they are.
type IDInput struct {
	ID string `path:"id" maxLength:"64"`
}

// Space asks the disk, before the transaction that decides.
func (c *Centre) Space() (room.Space, error) {
	free := c.Free
	if free == nil {
		free = room.Of(c.Folder)
	}
	return free.Ask()
}

// File is where a file of the data folder lies (store.ClipFile …).
func (c *Centre) File(name string) string {
	return filepath.Join(c.Folder, filepath.FromSlash(name))
}
