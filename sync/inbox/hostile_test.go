package inbox_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kaodian/app/province/store"
	"kaodian/app/province/web"
	"kaodian/app/webkit"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
)

// lists are the pages' calls whose answers are made of what centres sent.
var lists = []string{"/api/v1/centres", "/api/v1/batches", "/api/v1/batches?centre=north", "/api/v1/clips", "/api/v1/clips?centre=north&limit=200"}

// Whatever an enrolled centre signs, it is accepted or refused with an answer,
// and the province's pages go on.
func TestNoValueOfASignedBatchStopsTheProvince(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	look := w.pages()
	ends := map[string]int{}
	for _, h := range hostileShare() {
		s.Version = h.Version
		b := s.Peek(t, plain("a"), w.recordsOf(h.Version, h.Statements...))
		ref := b.Manifest.Ref()
		must(t, os.RemoveAll(filepath.Join(w.root, ref.Folder())))
		b.Write(t, w.root)
		status := statusOf(w.receive(), ref.Folder())
		ends[status]++
		receipt, found := w.receipt(ref)
		if status != "accepted" && status != "refused" || !found || receipt.ManifestSHA256 != b.Sum() || string(receipt.Status) != status {
			t.Fatalf("version %d, %s: it is %q, its receipt %+v", h.Version, h.Name, status, receipt)
		}
		if status == "accepted" {
			s.Sequence, s.Previous = b.Manifest.Sequence, b.Sum()
		}
		for _, path := range lists {
			if got := look(path); got != http.StatusOK {
				t.Fatalf("%s: %s is %d", h.Name, path, got)
			}
		}
	}
	if ends["accepted"] < 5 || ends["refused"] < 15 {
		t.Errorf("the values try nothing: %v", ends)
	}
	t.Logf("outcomes: %v", ends)
}

// hostileShare is a share by a fixed seed; all with KAODIAN_SOAK=1. That every
// column is looked at, package batch shows by itself.
func hostileShare() []batchtest.Hostile {
	all := batchtest.EveryHostile()
	if os.Getenv("KAODIAN_SOAK") != "" {
		return all
	}
	const seed, share = 20261126, 60
	random := rand.New(rand.NewPCG(seed, seed))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:share]
}

// pages serves the province's pages and returns how a reviewer looks at one.
func (w *world) pages() (look func(path string) (status int)) {
	w.t.Helper()
	server := web.New(web.Config{Store: w.store, Log: slog.New(slog.DiscardHandler), Pages: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(w.t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	w.t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(stop)
		must(w.t, <-ended)
	})
	hash, err := webkit.HashPassword("correct horse")
	must(w.t, err)
	must(w.t, w.store.PutUser(w.t.Context(), store.User{Name: "wang", Role: "reviewer", Password: hash}))
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	ask := func(method, path, body string) int {
		request, err := http.NewRequestWithContext(w.t.Context(), method, "http://"+l.Addr().String()+path, strings.NewReader(body))
		must(w.t, err)
		request.Header.Set("Content-Type", "application/json")
		response, err := client.Do(request)
		must(w.t, err)
		_, err = io.Copy(io.Discard, response.Body)
		must(w.t, errors.Join(err, response.Body.Close()))
		return response.StatusCode
	}
	if got := ask("POST", "/api/v1/login", `{"name":"wang","password":"correct horse"}`); got != http.StatusOK {
		w.t.Fatalf("the log-in is %d", got)
	}
	return func(path string) int { return ask("GET", path, "") }
}

// A centre seals what the rules allow; each of these is one of them broken.
func TestEachRuleOfValuesIsHeld(t *testing.T) {
	for name, statement := range map[string]string{
		"findings.value":      "UPDATE findings SET value = 9e999",
		"findings.limit":      "UPDATE findings SET limit_value = -9e999",
		"clips.received_at":   "UPDATE clips SET received_at = 4611686018427387904",
		"marks.at":            "UPDATE marks SET at = -62135596800001",
		"orders.name":         "UPDATE orders SET name = 'a' || char(0)",
		"departures.category": "UPDATE departures SET category = CAST(x'ff' AS TEXT)",
		"orders.status":       "UPDATE orders SET status = 'king'",
		"clips.size":          "UPDATE clips SET size = -1",
		"clips.rendition":     "UPDATE clips SET rendition = '" + strings.Repeat("a", 64) + "'",
		"evidence.frame":      "UPDATE evidence SET frame = '" + strings.Repeat("a", 64) + "'",
		"findings.note":       "UPDATE findings SET note = printf('%.*c', 5000, 'x')",
		"more than 100 rows":  "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 101) INSERT INTO findings SELECT examination, n, kind, verdict, value, limit_value, side, unit, note, engine, detail FROM findings, c",
		"findings.side":       "UPDATE findings SET side = 'beside'",
		"findings.detail":     "UPDATE findings SET detail = printf('%.*c', 5000, 'x')",
		"evidence.other_id":   "UPDATE evidence SET other_id = 'a' || char(10)",
		"marks.round":         "UPDATE marks SET round = 0",
		"marks.side":          "UPDATE marks SET side = 'school'",
		"decisions.side":      "UPDATE decisions SET side = ''",
		"irregularities.at":   "UPDATE irregularities SET at = 253402300800000",
		"erasures.sha256":     "UPDATE erasures SET sha256 = '../../etc/passwd'",
		"batch.audit_hash":    "UPDATE batch SET audit_hash = 'a' || char(0)",
		"subjects.install":    "UPDATE subjects SET install = '..'",
		"batch.made_at":       "UPDATE batch SET made_at = 253402300800000",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := w.sender("north").Peek(t, plain("a"), w.records(statement))
			b.Write(t, w.root)
			outcomes := w.receive()
			receipt, _ := w.receipt(b.Manifest.Ref())
			if statusOf(outcomes, b.Manifest.Ref().Folder()) != "refused" || receipt.Status != batch.Refused || w.mediaFiles() != 0 {
				t.Fatalf("%+v, %d media files", outcomes, w.mediaFiles())
			}
			word, _, _ := strings.Cut(name, ".")
			if !strings.Contains(receipt.Reasons[0], word) {
				t.Errorf("the reason is %q", receipt.Reasons[0])
			}
		})
	}
}
