package webkit

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// pair is a connection over loopback, both ends.
func pair(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	theirs, err = net.Dial("tcp", listener.Addr().String())
	must(t, err)
	ours, err = listener.Accept()
	must(t, err)
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	return ours, theirs
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func largeFile(t *testing.T) (*os.File, []byte) {
	t.Helper()
	content := bytes.Repeat([]byte("0123456789abcdef"), 2<<20)
	name := filepath.Join(t.TempDir(), "video")
	must(t, os.WriteFile(name, content, 0o600))
	file, err := os.Open(name)
	must(t, err)
	t.Cleanup(func() { file.Close() })
	return file, content
}

// patience is long beside what a busy machine keeps a goroutine waiting.
const patience = 500 * time.Millisecond

func TestWhoReadsSlowlyGetsAllOfAFile(t *testing.T) {
	file, content := largeFile(t)
	ours, theirs := pair(t)
	var got bytes.Buffer
	tries := 0
	// What the other side takes, it takes between two deadlines.
	move := func() error {
		if tries++; tries > 1 {
			must(t, theirs.SetReadDeadline(time.Now().Add(patience/10)))
			_, _ = io.CopyN(&got, theirs, 8<<20) // all that is under way, perhaps
		}
		return ours.SetWriteDeadline(time.Now().Add(patience))
	}
	from, length := int64(16), int64(len(content)-100)
	_, err := file.Seek(from, io.SeekStart)
	must(t, err)
	sent, err := SendFrom(ours, io.LimitReader(file, length), move)
	if err != nil || sent != length {
		t.Fatalf("%d of %d bytes were sent: %v", sent, length, err)
	}
	must(t, errors.Join(ours.Close(), theirs.SetReadDeadline(time.Time{})))
	_, err = io.Copy(&got, theirs)
	must(t, err)
	if !bytes.Equal(got.Bytes(), content[from:from+length]) {
		t.Errorf("%d bytes came, and not those of the file", got.Len())
	}
	if tries < 3 {
		t.Errorf("%d tries: no deadline passed, so nothing was shown", tries)
	}
}

func TestWhoTakesNothingIsGivenUp(t *testing.T) {
	file, _ := largeFile(t)
	ours, _ := pair(t)
	_, err := SendFrom(ours, file, func() error { return ours.SetWriteDeadline(time.Now().Add(patience)) })
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
}
