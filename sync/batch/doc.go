// Package batch is the format of what centre and province exchange: the
// manifest of a batch, its receipt, the enrolment, the names of their files,
// and the schema of records.sqlite.
//
// It is pure: it knows no disk, no network, no key and no driver. A message
// is read strictly (unknown fields, other bytes than the canonical ones, odd
// names and sizes are refused), because what it says is acted on.
package batch
