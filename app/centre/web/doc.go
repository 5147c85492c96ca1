// Package web is the centre's HTTP: the candidates' and the staff's calls and
// pages on Fiber. Every route stands once in routes.go, with who may call it.
//
// It decides nothing about the exam and keeps nothing: an act is one call of
// the store, so a request that a crash cut is done wholly or not at all. It
// must not import SQL, OpenCV or ffmpeg.
package web
