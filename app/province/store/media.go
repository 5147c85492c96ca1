package store

import (
	"context"
	"path/filepath"

	"kaodian/app/base/login"
	"kaodian/app/base/sqlkit"
	"kaodian/app/province/store/internal/query"
)

const mediaFolder = "media"

// Media is a file of a batch and what it is.
type Media struct {
	SHA256 string // of the plain bytes
	Sealed string // SHA-256 of the sealed file
	Size   int64  // of the plain bytes
	Type   string
	Role   string // original, rendition, photo, evidence
	Owner  string // clip or order id
}

// The roles of media.
const (
	RoleOriginal  = "original"
	RoleRendition = "rendition"
	RolePhoto     = "photo"
	RoleEvidence  = "evidence"
)

// MediaFolder is where the media lie, in folders by the first two digits of
// their SHA-256.
func (s *Store) MediaFolder() string { return filepath.Join(s.folder, mediaFolder) }

// MediaPath is where the file of that SHA-256 (64 hex digits) lies.
func (s *Store) MediaPath(sha256 string) string {
	return filepath.Join(s.MediaFolder(), sha256[:2], sha256)
}

// FindMedia returns a file that serves as role, or refusal.NotFound.
func (s *Store) FindMedia(ctx context.Context, sha256, role string) (Media, error) {
	return s.FindMediaWithin(ctx, "", sha256, role)
}

// FindMediaWithin is FindMedia of an account that is limited to centres.
func (s *Store) FindMediaWithin(ctx context.Context, within login.Centres, sha256, role string) (m Media, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindMedia(ctx, query.FindMediaParams{Sha256: sha256, Role: role, Centres: string(within)})
		m = Media{SHA256: row.Sha256, Sealed: row.Sealed, Size: row.Size, Type: row.Type, Role: row.Role, Owner: row.Owner}
		return sqlkit.Absent(err)
	})
	return m, err
}

// IsMediaKnown says whether an accepted batch holds a file of these bytes.
func (s *Store) IsMediaKnown(ctx context.Context, sha256 string) (known bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err := q.CountMedia(ctx, sha256)
		known = count > 0
		return err
	})
	return known, err
}
