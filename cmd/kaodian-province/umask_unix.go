//go:build unix

package main

import "golang.org/x/sys/unix"

// ownFilesOnly makes new files readable by the service user only, unless
// they are made readable by name.
func ownFilesOnly() { unix.Umask(0o077) }
