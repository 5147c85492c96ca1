package store

// ExecForTest runs a statement as the writer.
func (s *Store) ExecForTest(statement string) error {
	_, err := s.writer.Exec(statement)
	return err
}

// PlanForTest returns the steps by which SQLite would run a query.
func (s *Store) PlanForTest(statement string, args ...any) (steps []string, err error) {
	rows, err := s.reader.Query("EXPLAIN QUERY PLAN "+statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, rows.Err()
}

// ErasedOfPerson are the statements that take a person out of an order.
func ErasedOfPerson() []string { return personStatements }

// TypedIn are the columns in which people write.
func TypedIn() (columns []string) {
	for _, place := range typedIn {
		columns = append(columns, place.table+"."+place.column)
	}
	return columns
}

// TextsForTest are all columns with texts, as table.column.
func (s *Store) TextsForTest() (columns []string, err error) {
	rows, err := s.reader.Query("SELECT m.name || '.' || c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND c.type IN ('TEXT', 'BLOB', 'ANY', '')")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	return columns, rows.Err()
}
