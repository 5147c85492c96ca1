// Package webtest is a whole centre for the tests of its rooms: a real server
// on loopback over a real store, and phones that call it. Only the clock is the
// test's. It is in no program, and no package but tests may import it.
package webtest

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/rehearsal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/upload/kept"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/candidate"
	"kaodian/app/centre/web/shared"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
)

// Centre is a server on loopback.
type Centre struct {
	*store.Store
	T      *testing.T
	Server *web.Server
	URL    string
	Clock  *clock.Fake
}

// DB looks into the database.
func (c *Centre) DB() *storetest.DB {
	return storetest.Open(c.T, filepath.Join(c.Server.Folder, "kaodian.db"))
}

// nobody stands for the parts that other tests run for real.
type nobody struct{}

func (nobody) Status(context.Context) (staff.Status, error) { return staff.Status{}, nil }
func (nobody) SendNow(bool)                                 {}

// goodDisk is one of which there is nothing to tell.
type goodDisk struct{}

func (goodDisk) State() staff.StorageState { return staff.StorageState{RoomLeft: 1} }
func (goodDisk) Seen() error               { return nil }

// noNetwork is a machine on which nothing compares faces.
func noNetwork(context.Context, string, []byte) (exam.Finding, error) {
	return exam.Finding{Kind: exam.KindFaceMatch, Verdict: exam.CannotTell, Note: exam.NoteNoModel}, nil
}

// New serves a centre until the test ends; change may say what it works with.
func New(t *testing.T, change ...func(*web.Config)) *Centre {
	t.Helper()
	folder := t.TempDir()
	zone := time.FixedZone("Asia/Shanghai", 8*60*60)
	clk := clock.NewFake(time.Date(2026, 8, 3, 12, 0, 0, 0, zone))
	s, err := store.Open(t.Context(), storetest.Path(t, folder), exam.DefaultRules(zone), clk)
	Must(t, err)
	engine, err := upload.New(upload.Config{
		Disk: durable.OS(), Parts: filepath.Join(folder, "uploads"), Clips: filepath.Join(folder, "vault", "clips"),
		Store: kept.Uploads{Store: s}, Clock: clk, MaxSize: s.Rules().MaxClipBytes,
	})
	Must(t, err)
	hall, err := rehearsal.Open(t.Context(), rehearsal.Config{Disk: durable.OS(), Folder: filepath.Join(folder, "rehearsal"), Store: s, Clock: clk})
	Must(t, err)
	pages := fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}
	runner := &jobs.Runner{Queue: s.Queue("this boot")}
	s.TellLanes(runner)
	config := web.Config{
		Centre:    shared.Centre{Store: s, Engine: engine, Rehearsal: hall, Folder: folder, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))},
		Candidate: candidate.Config{CentreName: func() string { return "" }, ReadyIn: runner.ReadyIn},
		Staff: staff.Config{
			CentreName: func() string { return "" }, Sync: nobody{}, Storage: goodDisk{}, Jobs: s.Queue("this boot"),
			Intake:    &intake.Intake{Store: s, Folder: folder, Readers: readers{zone}, Faces: newFaces, Parcels: parcels{}},
			Retention: func() time.Duration { return 0 }, Settings: oneSetting{s}, Setup: noProvince{}, Backups: noBackups{}, Health: oneCheck{}, ServiceLog: oneLine{}, Ending: noEnd{}, Look: noNetwork,
		},
		CandidatePages: pages, StaffPages: pages, Version: "test",
	}
	for _, one := range change {
		one(&config)
	}
	c := &Centre{Store: s, T: t, Server: web.New(config), Clock: clk}
	c.Server.Door.People.Holding, c.Server.Door.Desk.Holding = 0, 0 // the clock is the test's
	c.serve()
	c.rehearse(config.Rehearsal)
	return c
}

// rehearse runs the hall until the test ends.
func (c *Centre) rehearse(hall *rehearsal.Hall) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = hall.Run(ctx)
	}()
	c.T.Cleanup(func() { stop(); <-ended })
}

func (c *Centre) serve() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Must(c.T, err)
	c.URL = "http://" + l.Addr().String()
	ended := make(chan error, 1)
	go func() { ended <- c.Server.Serve(l) }()
	c.T.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.Server.Shutdown(stop)
		if err := <-ended; err != nil {
			c.T.Error(err)
		}
		_ = c.Close()
	})
}

// Must ends the test at an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Register imports an order with two pieces for the ID number.
func (c *Centre) Register(ticket, idNumber string) {
	c.T.Helper()
	now := c.Now()
	imported, err := c.ImportOrders(c.T.Context(), []exam.Registration{{
		Ticket: ticket, Name: "王小明", IDType: "居民身份证", IDNumber: idNumber, Subject: "钢琴", Grade: 3,
		BirthDate: exam.Date{Year: 2016, Month: 5, Day: 6},
		Window:    exam.Window{OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(48 * time.Hour)},
		Pieces:    []exam.Piece{{Item: "练习曲", Title: "车尔尼 599"}, {Item: "乐曲", Title: "小步舞曲"}},
	}}, false, false)
	Must(c.T, err)
	if len(imported.Refused) > 0 {
		c.T.Fatal(imported.Refused)
	}
}
