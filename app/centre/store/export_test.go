package store

import "database/sql"

// DB is the writer.
func (s *Store) DB() *sql.DB { return s.writer }
