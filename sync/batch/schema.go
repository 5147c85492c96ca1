package batch

import _ "embed"

// RecordsSchema makes the tables of records.sqlite; package records fills and
// reads them.
//
//go:embed records.sql
var RecordsSchema string
