//go:build !unix

package main

// ownFilesOnly does nothing: here a folder's permissions are inherited.
func ownFilesOnly() {}
