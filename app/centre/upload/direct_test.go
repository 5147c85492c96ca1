package upload

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"kaodian/app/base/durable"
	"kaodian/app/base/durable/durabletest"
)

// fast is a body whose bytes are there already, in pieces of any length, as
// those of a phone with a good line are.
func fast(data []byte, pieces *rand.Rand) Body {
	return Body{
		Reader: torn{bytes.NewReader(data), pieces},
		Length: int64(len(data)),
		Ready:  func() bool { return true },
		More:   func() bool { return pieces.IntN(8) > 0 },
	}
}

type torn struct {
	io.Reader
	pieces *rand.Rand
}

func (r torn) Read(p []byte) (int, error) {
	return r.Reader.Read(p[:min(len(p), 1+r.pieces.IntN(600<<10))])
}

// sendTorn sends data in requests of any length; after each, what was
// acknowledged is compared.
func (b *bench) sendTorn(data []byte, pieces *rand.Rand, after func(id string, acknowledged int64)) string {
	b.t.Helper()
	b.MaxSize, b.SyncEvery = 16<<20, 1<<20
	id := b.create(int64(len(data))).ID
	for offset := int64(0); offset < int64(len(data)); {
		n := min(int64(len(data))-offset, 1+pieces.Int64N(3<<20))
		u, err := b.Append(b.t.Context(), candidate, id, offset, fast(data[offset:offset+n], pieces))
		if err != nil || u.Offset != offset+n {
			b.t.Fatalf("offset %d of %d, error %v", u.Offset, offset+n, err)
		}
		offset = u.Offset
		after(id, offset)
	}
	return id
}

// I1: whole pages go to the disk directly and the rest through the page cache;
// a file is the same whatever lay between which.
func TestAFastUploadIsTheFileOnARealDisk(t *testing.T) {
	for seed := range uint64(6) {
		b := newBench(t)
		b.Disk = durable.OS()
		b.Parts, b.Clips = t.TempDir(), t.TempDir()
		pieces := rand.New(rand.NewPCG(seed, 1))
		data := random(5<<20 + pieces.IntN(9000))
		id := b.sendTorn(data, pieces, func(string, int64) {})
		got, err := os.ReadFile(b.clip(id))
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("seed %d: the clip of %d bytes is not the file of %d: %v", seed, len(got), len(data), err)
		}
	}
}

func TestAFastUploadSurvivesAPowerCutAfterEachAnswer(t *testing.T) {
	for seed := range uint64(3) {
		b := newBench(t)
		pieces := rand.New(rand.NewPCG(seed, 2))
		data := random(4<<20 + pieces.IntN(9000))
		id := b.sendTorn(data, pieces, func(id string, acknowledged int64) {
			b.disk.PowerCut(durabletest.LoseAll)
			b.restart()
			b.MaxSize, b.SyncEvery = 16<<20, 1<<20
			path := b.part(id)
			if acknowledged == int64(len(data)) {
				path = b.clip(id)
			}
			if got := b.content(path); !bytes.Equal(got, data[:acknowledged]) {
				t.Fatalf("seed %d: %d bytes are there, and not the %d that were acknowledged", seed, len(got), acknowledged)
			}
		})
		if id == "" {
			t.Fatal("nothing was sent")
		}
	}
}
