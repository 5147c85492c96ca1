//go:build !linux

package vision

func (w *worker) peak() int64 { return 0 }
