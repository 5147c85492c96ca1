// Package centre carries the pages that the centre's program serves: the
// candidate's and the staff's. They are files inside the program; a crash
// changes nothing about them. It imports nothing of this project.
package centre

import (
	"embed"
	"io/fs"
)

// The pattern matches this file too, so that the package compiles before the
// pages were ever built; only what lies under dist is handed out.
//
//go:embed all:*
var files embed.FS

// Candidate returns the candidate's pages, index.html at the top. It is
// empty if the program was built without them.
func Candidate() fs.FS { return sub("dist/candidate") }

// Staff returns the staff's pages, made to be served under /staff/. It is
// empty if the program was built without them.
func Staff() fs.FS { return sub("dist/staff") }

// Built says whether both applications are in this program.
func Built() bool {
	for _, app := range []fs.FS{Candidate(), Staff()} {
		if _, err := fs.Stat(app, "index.html"); err != nil {
			return false
		}
	}
	return true
}

func sub(folder string) fs.FS {
	app, err := fs.Sub(files, folder)
	if err != nil {
		panic(err) // only for a path that is no path
	}
	return app
}
