// Package tus speaks tus 1.0.0 for the uploads: it reads requests and writes
// answers, and counts the uploads under way.
//
// It keeps nothing: what is acknowledged, and what holds after a crash, is the
// engine's (app/centre/upload). Who may upload is handed in. It must not import
// the candidates' and the staff's rooms, SQL, OpenCV or ffmpeg.
package tus
