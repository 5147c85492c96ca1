// Package upload receives clips by tus 1.0.0: it takes an io.Reader and knows
// nothing of HTTP.
//
// It owns uploads/<id>.part and the way of a finished part into
// vault/clips/<id>. The promise is the offset's row: a byte below it was
// synced before it was written down, so it is readable and correct after any
// crash or power cut (I1). At start a part is cut back to its row, because
// after a power cut a file's size may run ahead of its data; a finished file
// without a clip is finished again; files without a row are removed. After a
// failed fsync the engine acknowledges nothing until the process is new.
//
// Locks live in the process: a new request asks the current holder to release
// the lock and takes over.
//
// It must not import Fiber, SQL or any web package.
package upload
