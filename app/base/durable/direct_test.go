package durable_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"kaodian/app/base/durable"
)

// folders are of file systems that can write directly, or may not.
func folders(t *testing.T) []string {
	list := []string{t.TempDir()}
	if memory, err := os.MkdirTemp("/dev/shm", "kaodian-test-"); err == nil {
		t.Cleanup(func() { os.RemoveAll(memory) })
		list = append(list, memory)
	}
	return list
}

func TestDirectWritesAndOthersMakeOneFile(t *testing.T) {
	for _, folder := range folders(t) {
		path := filepath.Join(folder, "part")
		f, err := durable.OS().FS.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		chance := rand.New(rand.NewPCG(7, 7))
		want := make([]byte, 0, 8<<20)
		for len(want) < 6<<20 {
			block := bytes.Repeat([]byte{byte(1 + chance.IntN(255))}, 1<<20)
			n, write := 1+chance.IntN(9000), f.WriteAt
			if len(want)%durable.Page == 0 && chance.IntN(4) > 0 {
				n, write = durable.Page*(1+chance.IntN(100)), f.WriteDirect
			} else if chance.IntN(2) == 0 {
				n = durable.Page - len(want)%durable.Page
			}
			if written, err := write(block[:n], int64(len(want))); err != nil || written != n {
				t.Fatalf("%s: %d of %d bytes: %v", folder, written, n, err)
			}
			want = append(want, block[:n]...)
			if chance.IntN(20) == 0 {
				if err := f.Datasync(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, and not the %d that were written: %v", folder, len(got), len(want), err)
		}
	}
}
