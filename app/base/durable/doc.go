// Package durable is the only code that makes files appear: write to a
// temporary name, fsync, rename, fsync of the folder.
//
// It owns the order of these steps. After a crash or a power cut a file that
// Commit, WriteFile or Rename reported as done is there with its whole
// content; one that was not reported is either there whole or not at all
// under its name (a temporary file may be left over, see Sweep). A call that
// failed has promised nothing.
//
// The steps run over FS, a narrow interface, so that durabletest can replace
// the disk by one that keeps only what was synced.
//
// It is a leaf: it imports nothing of this project.
package durable
