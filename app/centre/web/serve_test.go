package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/store"
	"kaodian/app/centre/upload"
	"kaodian/app/clock"
	"kaodian/app/durable"
	"kaodian/app/exam"
)

// The test binary is also the server that the tests kill: with this variable
// set it serves uploads from the folder it names until it is killed.
const serveVariable = "KAODIAN_TEST_SERVE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveVariable); dir != "" {
		if err := serveForever(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// place is where a candidate can upload to.
type place struct{ Owner, Attempt string }

// seed makes n candidates with a running attempt of one item each.
func seed(ctx context.Context, s *store.Store, n int) ([]place, error) {
	now := s.Now()
	var list []exam.Registration
	for i := range n {
		list = append(list, exam.Registration{
			Ticket: fmt.Sprintf("T%05d", i), Name: "王小明", IDType: "居民身份证", IDNumber: fmt.Sprintf("N%05d", i),
			Subject: "电子琴", Grade: 10, Pieces: []exam.Piece{{Item: "乐曲", Title: "小步舞曲"}},
			Window: exam.Window{OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(48 * time.Hour)},
		})
	}
	if _, err := s.ImportOrders(ctx, list, false, false); err != nil {
		return nil, err
	}
	var places []place
	for _, r := range list {
		p, err := begin(ctx, s, r)
		if err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	return places, nil
}

func begin(ctx context.Context, s *store.Store, r exam.Registration) (place, error) {
	person, err := s.FindLogin(ctx, r.Ticket, r.IDNumber)
	if err != nil {
		return place{}, err
	}
	orders, err := s.ListOrders(ctx, person)
	if err != nil {
		return place{}, err
	}
	order := orders[0]
	if _, err := s.Apply(ctx, order.ID, exam.Consented{Face: false}); err != nil {
		return place{}, err
	}
	order, _, err = s.StartAttempt(ctx, order.ID, store.Agreement{Device: "phone", Agreed: true, RulesVersion: "1", CurrentRules: "1"})
	if err != nil {
		return place{}, err
	}
	return place{Owner: r.PersonKey(), Attempt: order.Attempts[0].ID}, nil
}

// testAuthorise takes the person and the device from headers.
func testAuthorise(c *fiber.Ctx) (upload.Principal, error) {
	if c.Get("Test-Owner") == "" {
		return upload.Principal{}, exam.Refuse(exam.LoginNeeded)
	}
	device := c.Get("Test-Device")
	if device == "" {
		device = "phone"
	}
	return upload.Principal{Owner: c.Get("Test-Owner"), Device: device}, nil
}

// serveForever opens the data in dir, recovers, writes address and places to
// serving.json there, and serves.
func serveForever(dir string) error {
	ctx := context.Background()
	zone := time.FixedZone("Asia/Shanghai", 8*60*60)
	clk := clock.New(time.Time{})
	path := filepath.Join(dir, "kaodian.db")
	_, err := os.Stat(path)
	isNew := err != nil
	rules := exam.DefaultRules(zone)
	s, err := store.Open(ctx, path, rules, clk)
	if err != nil {
		return err
	}
	engine, err := upload.New(upload.Config{
		Disk: durable.OS(), Parts: filepath.Join(dir, "uploads"), Clips: filepath.Join(dir, "vault", "clips"),
		Store: s, Clock: clk, MaxSize: rules.MaxClipBytes,
	})
	if err != nil {
		return err
	}
	if _, err := engine.Recover(ctx); err != nil {
		return err
	}
	var places []place
	if isNew {
		if places, err = seed(ctx, s, 200); err != nil {
			return err
		}
	}
	return serveOn(dir, engine, places)
}

func serveOn(dir string, engine *upload.Engine, places []place) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	note, err := json.Marshal(map[string]any{"address": l.Addr().String(), "places": places})
	if err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(dir, "serving.json"), note, 0o600); err != nil {
		return err
	}
	app := newApp()
	tus := &Tus{Engine: engine, Base: "/api/v1/uploads", Authorise: testAuthorise}
	tus.Register(app)
	return app.Listener(limit(l, 0))
}
