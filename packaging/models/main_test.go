package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/media/vision"
)

func cardFor(data, url string) vision.Card {
	sum := sha256.Sum256([]byte(data))
	return vision.Card{Name: "a model", File: "a.onnx", Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), URL: url}
}

func newFetcher(t *testing.T) (*fetcher, *bytes.Buffer) {
	t.Helper()
	var said bytes.Buffer
	return &fetcher{to: t.TempDir(), client: newClient(300 * time.Millisecond), say: &said}, &said
}

func serve(t *testing.T, status int, data string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(data))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestWhatIsAtHandIsCopiedAndNothingAsked(t *testing.T) {
	f, _ := newFetcher(t)
	f.from = []string{filepath.Join(t.TempDir(), "absent"), t.TempDir(), t.TempDir()}
	_ = os.WriteFile(filepath.Join(f.from[1], "a.onnx"), []byte("damaged"), 0o600)
	_ = os.WriteFile(filepath.Join(f.from[2], "a.onnx"), []byte("model"), 0o600)
	card := cardFor("model", "http://127.0.0.1:1/never asked")
	for range 2 { // the second time it is there
		if found, err := f.bring(t.Context(), []vision.Card{card}); !found || err != nil {
			t.Fatal(found, err)
		}
	}
	if data, _ := os.ReadFile(filepath.Join(f.to, "a.onnx")); string(data) != "model" {
		t.Errorf("copied %q", data)
	}
}

func TestWhatIsMissingIsFetchedIfItsHashHolds(t *testing.T) {
	cases := []struct {
		name   string
		status int
		data   string
		found  bool
	}{
		{"the pinned file", http.StatusOK, "model", true},
		{"another file of that size", http.StatusOK, "lodem", false},
		{"a longer file", http.StatusOK, "model and more", false},
		{"a refusal", http.StatusNotFound, "model", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, said := newFetcher(t)
			found, err := f.bring(t.Context(), []vision.Card{cardFor("model", serve(t, c.status, c.data))})
			_, absent := os.Stat(filepath.Join(f.to, "a.onnx"))
			if err != nil || found != c.found || (absent == nil) != c.found {
				t.Errorf("found %v, %v, file %v; said %s", found, err, absent, said)
			}
		})
	}
}

func TestASilentNetworkKeepsNobodyWaiting(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	f, said := newFetcher(t)
	start := time.Now()
	found, err := f.bring(t.Context(), []vision.Card{cardFor("model", "http://"+listener.Addr().String())})
	if found || err != nil || time.Since(start) > 5*time.Second {
		t.Errorf("%v, %v after %s", found, err, time.Since(start))
	}
	if !strings.Contains(said.String(), "could not be fetched") {
		t.Errorf("said %q", said)
	}
}

func TestWithoutAnyModelItSaysWhatIsMissingAndGoesOn(t *testing.T) {
	f, said := newFetcher(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // no network at all
	if err := f.run(ctx); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"No face detector", "No embedding network", "make models"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
}
