package batch

import _ "embed"

// RecordsSchema makes the tables of records.sqlite; package records fills and
// reads them.
//
//go:embed records.sql
var RecordsSchema string

//go:embed records-v1.sql
var recordsSchema1 string

//go:embed records-v2.sql
var recordsSchema2 string

// RecordsSchemas are the schemas of every version of the format, by version.
var RecordsSchemas = map[int]string{1: recordsSchema1, 2: recordsSchema2, 3: RecordsSchema}
