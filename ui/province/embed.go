// Package province carries the pages that the province's program serves.
// They are files inside the program; a crash changes nothing about them. It
// imports nothing of this project.
package province

import (
	"embed"
	"io/fs"
)

// The pattern matches this file too, so that the package compiles before the
// pages were ever built; only what lies under dist is handed out.
//
//go:embed all:*
var files embed.FS

// Pages returns the province's pages, index.html at the top. It is empty if
// the program was built without them.
func Pages() fs.FS {
	app, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // only for a path that is no path
	}
	return app
}

// Built says whether the pages are in this program.
func Built() bool {
	_, err := fs.Stat(Pages(), "index.html")
	return err == nil
}
