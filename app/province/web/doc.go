// Package web is the province's HTTP: centres, batches, clips with video and
// findings, for reviewers. Every route stands once in routes.go, with who may
// call it.
//
// It decides nothing and keeps nothing: what batches brought is read from the
// store, and every look at a face or a video is one audit line before a byte
// is sent, so a crash costs nothing. It must not import SQL, the inbox, a key
// or anything of the centre.
package web
