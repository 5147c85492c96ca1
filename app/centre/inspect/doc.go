// Package inspect examines a clip after its upload: it measures (media), lets the
// exam judge, and records (store). That is one job; a second job makes the
// rendition, if the clip cannot be played as it is, and a third, which goes
// first, a quick preview until that is ready.
//
// It owns vault/evidence, vault/renditions, vault/previews, vault/sheets, vault/thumbnails and the scratch files beside
// them. A crash at any point costs the job's time and nothing else: files are
// published by rename, named by their content or their clip, and the row
// that speaks of them is written last, in one transaction with the job's end.
//
// It must not import SQL, Fiber or gocv; OpenCV lives in the worker behind
// media/vision.
package inspect
