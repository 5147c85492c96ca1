// Package query is the checked SQL of records.sqlite of a batch, made by sqlc out of
// sync/records (`make generate`). Nothing else in it is written by hand.
package query
