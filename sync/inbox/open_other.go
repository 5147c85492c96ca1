//go:build !unix

package inbox

// notWaiting is nothing: here no pipe lies in a folder.
const notWaiting = 0
