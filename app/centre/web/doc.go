// Package web is the top of the centre's HTTP: it wires the rooms below it to
// Fiber and serves. candidate and staff hold the calls, each with its routes
// and who may call them; tus the uploads; access who asks; shared what both
// rooms need; transport the bytes.
//
// It decides nothing about the exam and keeps nothing: an act is one call of
// the store, so a request that a crash cut is done wholly or not at all. It
// must not import SQL, OpenCV or ffmpeg.
package web
