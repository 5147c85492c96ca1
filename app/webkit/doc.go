// Package webkit is what the centre's and the province's web have in common:
// problem documents, host and origin checks, log-in (Argon2id, back-off,
// session cookies), files with ranges, and the embedded pages.
//
// It keeps nothing on disk, so a crash costs nothing; it knows stores as
// interfaces only. It must not import a store, an upload or a sync package.
package webkit
