package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"kaodian/app/centre/store/internal/query"
)

// StoredKind says what a stored file is.
type StoredKind string

// What a file is of which the records know the bytes.
const (
	StoredClip      StoredKind = "clip"
	StoredRendition StoredKind = "rendition"
	StoredPhoto     StoredKind = "photo"
	StoredConsent   StoredKind = "consent" // a scan of a paper (R25)
	StoredEvidence  StoredKind = "evidence"
	StoredScore     StoredKind = "score"
)

// Stored is a file of which the records say what its bytes are.
type Stored struct {
	Path      string // within the data folder
	SHA256    string
	Kind      StoredKind
	OrderID   string    // one of those that it belongs to; "" for a score
	Since     time.Time // when a clip was received; else zero
	Delivered bool      // the province wrote a receipt that names it (I5)
}

// ListStored are the next files by their paths, after one; "" for the first.
func (s *Store) ListStored(ctx context.Context, after string, most int) (files []Stored, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListStored(ctx, query.ListStoredParams{After: after, Most: int64(most)})
		for _, row := range rows {
			files = append(files, s.storedOf(row))
		}
		return err
	})
	return files, err
}

// FindStored is the file of that path; found says whether the records still know one.
func (s *Store) FindStored(ctx context.Context, path string) (file Stored, found bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindStored(ctx, path)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		file, found = s.storedOf(row), err == nil
		return err
	})
	return file, found, err
}

// KnownStored are those of these paths that the records still know.
func (s *Store) KnownStored(ctx context.Context, paths []string) (known []string, err error) {
	list, err := json.Marshal(paths)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(q *query.Queries) error {
		known, err = q.ListKnownStored(ctx, string(list))
		return err
	})
	return known, err
}

func (s *Store) storedOf(row query.Stored) Stored {
	file := Stored{Path: row.Path, SHA256: row.Sha256, Kind: StoredKind(row.Kind), OrderID: row.OrderID, Delivered: row.Delivered != 0}
	if row.Since != 0 {
		file.Since = s.at(row.Since)
	}
	return file
}
