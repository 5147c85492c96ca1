package upload

import (
	"runtime"
	"sync"
)

// Sizes of reads and writes. Processor time per byte falls with the size of
// both. Where at least directSize is there at once, whole pages go to the disk
// past the page cache: taking memory for the cache and copying into it was the
// dearest part of an upload, and an exam's cache keeps what it knows (50
// uploads beside tusd on one machine, by the cache and directly: throughput
// 0.79 and 1.51, processor time 1.59 and 0.50). Less goes through the cache,
// because a small write waits for the disk as long as a large one; such a
// write is 64 KiB: the kernel takes pages for the page cache in blocks of a
// write's size, and large blocks are the ones that nobody used lately, which
// on a virtual machine have to be fetched from the host (seconds per GB:
// 32 KiB 0.91, 64 KiB 0.80, 256 KiB 1.17). Measured on ext4 under Linux 6.18.
//
// But 200 phones must not hold 200 large buffers: a pool has a few, each taken
// for one read of bytes that are there already, and for writing them. A request
// that has to wait for bytes waits with a small one or with none. Two for each
// processor keep all of them busy; more would only make light calls wait behind
// copies.
const (
	largeBuffer = 1 << 20
	writeSize   = 64 << 10
	smallBuffer = 16 << 10
	directSize  = 256 << 10
)

// bufferPool holds the large buffers. The one put back last is taken next,
// because the processor's cache still holds it.
type bufferPool struct {
	places chan struct{}
	mu     sync.Mutex
	free   [][]byte
}

func newBufferPool() *bufferPool {
	return &bufferPool{places: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}
}

func (p *bufferPool) get() []byte {
	p.places <- struct{}{}
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.free) - 1; last >= 0 {
		buffer := p.free[last]
		p.free = p.free[:last]
		return buffer
	}
	return make([]byte, largeBuffer)
}

func (p *bufferPool) put(buffer []byte) {
	p.mu.Lock()
	p.free = append(p.free, buffer)
	p.mu.Unlock()
	<-p.places
}

var small = sync.Pool{New: func() any { return new([smallBuffer]byte) }}
