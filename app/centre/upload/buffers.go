package upload

import "sync"

// bufferSize is what one request reads at a time: large enough that system
// calls cost little, small enough that 200 phones fit.
const bufferSize = 128 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

func takeBuffer() *[bufferSize]byte  { return buffers.Get().(*[bufferSize]byte) }
func giveBuffer(b *[bufferSize]byte) { buffers.Put(b) }
