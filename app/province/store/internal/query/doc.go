// Package query is the checked SQL of the province's store, made by sqlc out of ../../queries
// and ../../migrations (`make generate`). Nothing else in it is written by hand; only
// the store may import it.
package query
