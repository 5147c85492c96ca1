// Package records writes and reads records.sqlite, the part of a batch that
// says what happened to its orders. The schema and the rules of its values are
// package batch's; the statements are generated from that schema, so a column
// that is misnamed or left out is found before anything runs.
//
// A Writer judges every row by those rules before it is written. The file is
// whole once Create returns without an error; what a crash leaves of it is
// nothing, and is made anew.
//
// It must not import an SQLite driver or a store: the centre and the province
// link different drivers, no program both, so whoever opens the file hands it
// in.
package records
