// Package candidate is what a candidate's phone calls: logging in, orders and
// the rules, the attempt, its clips, and help. One file has one page or act;
// routes.go says who may call what.
//
// It decides nothing about the exam and keeps nothing: an act is one call of
// the store, so a request that a crash cut is done wholly or not at all. It
// must not import the staff's room, SQL, OpenCV or ffmpeg.
package candidate
