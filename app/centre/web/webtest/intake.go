package webtest

import (
	"context"
	"os"
	"time"

	"kaodian/app/centre/intake"
	"kaodian/app/centre/roster"
)

// readers read lists in the test's own process: the cage is the commands'.
type readers struct{ zone *time.Location }

func (r readers) Orders(_ context.Context, path string) (roster.OrderList, error) {
	file, err := os.Open(path)
	if err != nil {
		return roster.OrderList{}, err
	}
	defer file.Close()
	return roster.ReadFile(file, r.zone), nil
}

func (readers) Syllabus(_ context.Context, dir string) (roster.Syllabus, error) {
	folder, err := roster.OpenFolder(dir)
	if err != nil {
		return roster.Syllabus{}, err
	}
	defer folder.Close()
	return roster.ReadSyllabus(folder), nil
}

// oneFace sees one good face in every photo.
type oneFace struct{}

func (oneFace) CheckPhoto(context.Context, []byte) (roster.PhotoVerdict, error) {
	return roster.PhotoVerdict{Faces: 1}, nil
}
func (oneFace) Close() error { return nil }

func newFaces() intake.Faces { return oneFace{} }
