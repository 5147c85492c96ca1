// Package shared is what the candidates' and the staff's rooms both need: the
// centre as one value that is handed to both, and what both are told alike, an
// upload under way, a call for help, a clip's file.
//
// It keeps nothing of its own, so a crash costs nothing. It must not import the
// rooms, SQL, OpenCV or ffmpeg.
package shared
