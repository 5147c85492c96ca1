package store

// ExecForTest runs a statement as the writer.
func (s *Store) ExecForTest(statement string) error {
	_, err := s.writer.Exec(statement)
	return err
}
