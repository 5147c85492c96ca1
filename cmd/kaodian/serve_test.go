package main

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/store/storetest"
)

func TestABadRowKeepsNoServerFromStarting(t *testing.T) {
	folder, started := emptyCentre(t), time.Now()
	server, stop := serveAt(t, folder, started)
	list := listOf(t, started.Add(-time.Hour), started.Add(24*time.Hour))
	if status := run([]string{"import", "orders", list, "--data", folder}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	order := begin(t, server)
	storetest.Exec(t, filepath.Join(folder, databaseName), "UPDATE attempts SET grants = '{'")
	stop()

	server, _ = serveAt(t, folder, started.Add(5*time.Hour))
	var said bytes.Buffer
	engine, err := server.recover(t.Context(), slog.New(slog.NewTextHandler(&said, nil)))
	must(t, err)
	if engine == nil || !strings.Contains(said.String(), order.ID) {
		t.Errorf("the server starts %v and says %s", engine != nil, said.String())
	}
}
