package store

import "database/sql"

// DB is the writer.
func (s *Store) DB() *sql.DB { return s.writer }

// AuditSearch is the statement of a search.
var AuditSearch = auditSearch

// ErasePlace is where an erasure takes rows, or empties columns of them.
type ErasePlace struct{ Table, Set string }

// ErasePlaces are the tables in which a person lies.
func ErasePlaces() (list []ErasePlace) {
	for _, place := range erasePlaces {
		list = append(list, ErasePlace{place.table, place.set})
	}
	return list
}

// TypedIn are the columns in which people write of whom they want, as table.column.
func TypedIn() (list []string) {
	for _, place := range typedIn {
		list = append(list, place.table+"."+place.column)
	}
	return list
}
