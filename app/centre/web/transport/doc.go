// Package transport is how bytes come and go at the centre: the listener and
// its sockets, bodies that are read as they come, the secure address, and which
// status a refusal has. It knows nobody who asks and no route.
//
// It keeps nothing, so a crash costs the connections only. It must not import
// the rooms above it, SQL, OpenCV or ffmpeg.
package transport
