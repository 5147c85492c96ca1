// Package vision looks at faces, in a worker process of its own: OpenCV can
// abort the process that it is in, and a picture is a stranger's.
//
// This package is the client, the messages, the worker's loop and what needs
// no OpenCV (cards, decoding, alignment); media/vision/cv is the engine. It
// owns the worker: one job at a time, killed when it hangs or sends nonsense,
// restarted with a back-off, gone with this process. A job that crashes the
// worker loses its own answer (ErrNotExamined) and nothing else. It keeps no
// file; after a crash there is nothing to clean up.
//
// It must not import gocv, app or sync, and compiles without cgo.
package vision
