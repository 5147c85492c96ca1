// Package cage runs programs that read strangers' files: in a process group
// of their own, with an empty environment, at the lowest priority, with
// limits of memory, CPU time and file size, without network, and gone when
// this process is gone.
//
// It owns the child from its start to the last process of its group; after a
// crash of ours the kernel kills the child (parent death signal). It is a
// leaf: it imports nothing of this project. A protection that the kernel does not
// offer is left out without an error: the cage is a second line of defence; the
// deadline and the cap on output always hold.
package cage
