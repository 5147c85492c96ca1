//go:build unix

package durable

import "os"

func rename(from, to string) error { return os.Rename(from, to) }

// syncDir makes the names in a folder safe.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close() // nothing was written through it; Sync told all there is
	return f.Sync()
}
