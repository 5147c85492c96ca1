//go:build !unix

package inbox

// nonBlocking is nothing: on this system no pipe lies in a folder.
const nonBlocking = 0
