// Package staff is what the desk and the reviewers call: the board, help, extra
// time, clips and their review, and how sending, the disk and the clock stand.
// One file has one page or act; routes.go says who may call what.
//
// It decides nothing about the exam and keeps nothing: an act is one call of
// the store, so a request that a crash cut is done wholly or not at all. It
// must not import the candidates' room, SQL, OpenCV or ffmpeg.
package staff
