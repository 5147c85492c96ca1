package records

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"kaodian/sync/batch"
)

// findVersion finds out of which version the schema is, or an Error.
func (r *Records) findVersion(ctx context.Context, driver Driver) error {
	got, err := schemaOf(ctx, r.db)
	if err != nil {
		return explain(ctx, err)
	}
	for version := batch.Version; version > 0; version-- {
		want, err := wantedSchema(ctx, driver, version)
		if err != nil {
			return err
		}
		if got == want {
			r.version = version
			return nil
		}
	}
	return bad("they have another schema than any version's")
}

// wantedSchema is a version's schema as SQLite keeps it.
func wantedSchema(ctx context.Context, driver Driver, version int) (string, error) {
	db, err := driver.OpenEmpty()
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, batch.RecordsSchemas[version]); err != nil {
		return "", err
	}
	return schemaOf(ctx, db)
}

// schemaOf is everything that the schema table holds, without comments and
// white space, which may change while the schema does not.
func schemaOf(ctx context.Context, db *sql.DB) (string, error) {
	const most = 100 // more rows are nobody's records
	rows, err := db.QueryContext(ctx, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name LIMIT ?", most)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var kind, name, table, text string
		if err := rows.Scan(&kind, &name, &table, &text); err != nil {
			return "", err
		}
		fmt.Fprintf(&all, "%s %s %s %s\n", kind, name, table, squeeze(text))
	}
	return all.String(), rows.Err()
}

func squeeze(statement string) string {
	var words []string
	for line := range strings.Lines(statement) {
		code, _, _ := strings.Cut(line, "--")
		words = append(words, strings.Fields(code)...)
	}
	return strings.Join(words, " ")
}
