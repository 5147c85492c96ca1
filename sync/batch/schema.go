package batch

import _ "embed"

// RecordsSchema makes the tables of records.sqlite, for both stores.
//
//go:embed records.sql
var RecordsSchema string
