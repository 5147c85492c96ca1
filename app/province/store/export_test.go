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
