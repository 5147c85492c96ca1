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

func TestWhoReadsSlowlyGetsAllOfAFile(t *testing.T) {
	file, content := largeFile(t)
	ours, theirs := pair(t)
	// Less fits between the two than is taken at a time, so that each try moves bytes.
	must(t, errors.Join(ours.(*net.TCPConn).SetWriteBuffer(64<<10), theirs.(*net.TCPConn).SetReadBuffer(64<<10)))
	var got bytes.Buffer
	tries := 0
	taken := make(chan struct{}, 1)
	// The deadline passes when the other side took its share, not by the clock: a
	// busy machine needs as long as it likes.
	move := func() error {
		if tries++; tries > 1 {
			<-taken
		}
		err := ours.SetWriteDeadline(time.Time{})
		go func() {
			_, _ = io.CopyN(&got, theirs, 4<<20)
			_ = ours.SetWriteDeadline(time.Unix(1, 0))
			taken <- struct{}{}
		}()
		return err
	}
	from, length := int64(16), int64(len(content)-100)
	_, err := file.Seek(from, io.SeekStart)
	must(t, err)
	sent, err := SendFrom(ours, io.LimitReader(file, length), move)
	if err != nil || sent != length {
		t.Fatalf("%d of %d bytes were sent: %v", sent, length, err)
	}
	must(t, ours.Close())
	<-taken
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
	_, err := SendFrom(ours, file, func() error { return ours.SetWriteDeadline(time.Now().Add(500 * time.Millisecond)) })
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
}
