// Package open opens a drop by its URL: ftp://, ftps:// or dir:. It knows
// every drop and keeps nothing; nothing of it is left after a crash.
package open

import (
	"fmt"
	"strings"

	"kaodian/sync/drop"
	"kaodian/sync/drop/dirdrop"
	"kaodian/sync/drop/ftpdrop"
)

// Open opens the drop at a place; noted receives its notes for staff and may be
// nil.
func Open(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
	address := place.URL
	if folder, found := strings.CutPrefix(address, "dir:"); found {
		return dirdrop.Open(folder)
	}
	if strings.HasPrefix(address, "ftp://") || strings.HasPrefix(address, "ftps://") {
		return ftpdrop.Open(address, ftpdrop.Options{Trust: place.Trust, Noted: noted})
	}
	return nil, fmt.Errorf("the drop %q is of no known kind; a drop is named by ftp://, ftps:// or dir: and its place", drop.Redacted(address))
}
