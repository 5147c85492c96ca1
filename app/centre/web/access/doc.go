// Package access says who may call what, and who asks: sessions and their
// cookies, roles, devices, and where one may record (R4).
//
// Sessions are rows of the store, so they outlive a crash; how often somebody
// was wrong is one too. It must not import the rooms above it, SQL, OpenCV or
// ffmpeg.
package access
