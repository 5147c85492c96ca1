package store

import "database/sql"

// DB is the writer.
func (s *Store) DB() *sql.DB { return s.writer }

// AuditSearch is the statement of a search.
var AuditSearch = auditSearch
