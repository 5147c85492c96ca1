// Package sqlkit converts values to and from columns, runs transactions and
// keeps settings, in the same way for every database of the house. It must not
// import a driver.
package sqlkit

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"kaodian/app/base/refusal"
)

// Absent turns «no row» into the refusal of an unknown id or name.
func Absent(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return refusal.New(refusal.NotFound)
	}
	return err
}

// MsOrNull is the moment in milliseconds, NULL for «not yet».
func MsOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	return new(t.UnixMilli())
}

// Flag is 1 for true.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// OrNull is the text, NULL for a blank one.
func OrNull(text string) *string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return &text
}

// OrEmpty is the text, "" for NULL.
func OrEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
