// Package query1 is the checked SQL of records.sqlite of a batch of version 1, made by sqlc out of
// sync/records (`make generate`). Nothing else in it is written by hand.
package query1
