package store

import (
	"context"
	"database/sql"
	"fmt"
	"path"
	"strings"

	"kaodian/app/centre/store/internal/query"
)

// EraseFile is a file of the data folder that is a person's alone.
type EraseFile struct {
	Place string `json:"place"`
	Path  string `json:"path"` // relative to the data folder, with forward slashes
}

// eraseNames are the files, by what names them: a query of one column over the
// person's rows, as erasePlaces has them. What somebody else needs too is asked for
// each file when it would go (FileIsNamed).
var eraseNames = []struct {
	query string
	files map[string]func(string) string
}{
	{"SELECT id FROM clips WHERE " + ofAttempts, map[string]func(string) string{
		"videos": ClipFile, "converted videos": RenditionFile, "previews": PreviewFile, "contact sheets": ContactSheetFile, "thumbnails": ThumbnailFile,
	}},
	{"SELECT id FROM uploads WHERE " + ofAttempts, map[string]func(string) string{"uploads": UploadFile}},
	{"SELECT DISTINCT frame FROM evidence WHERE frame <> '' AND " + ofClips, map[string]func(string) string{"evidence frames": EvidenceFile}},
	{"SELECT DISTINCT photo FROM orders WHERE photo <> '' AND id IN (SELECT value FROM json_each(:orders))", map[string]func(string) string{"photos": PhotoFile}},
	{"SELECT DISTINCT json_extract(former, '$.Photo') FROM import_orders WHERE former <> '' AND json_extract(former, '$.Photo') <> '' AND " + ofOrders, map[string]func(string) string{"photos": PhotoFile}},
	{"SELECT DISTINCT sha256 FROM consent_papers WHERE " + ofOrders, map[string]func(string) string{"scans of consents": ConsentFile}},
}

func listEraseFiles(ctx context.Context, tx *sql.Tx, args []any) (files []EraseFile, err error) {
	for _, one := range eraseNames {
		ids, err := listTexts(ctx, tx, one.query, args)
		if err != nil {
			return nil, err
		}
		for place, name := range one.files {
			for _, id := range ids {
				files = append(files, EraseFile{place, name(id)})
			}
		}
	}
	return files, nil
}

// FileIsNamed says whether any row needs the file still: also one that came since it
// was noted that it may go.
func (s *Store) FileIsNamed(ctx context.Context, file string) (named bool, err error) {
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	err = s.read(ctx, func(q *query.Queries) error {
		count, err := q.CountNamesOfFile(ctx, name)
		named = count > 0
		return err
	})
	return named, err
}

func listTexts(ctx context.Context, tx *sql.Tx, statement string, args []any) (texts []string, err error) {
	rows, err := tx.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", statement, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, rows.Err()
}
