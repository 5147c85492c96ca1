package tus

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/upload/kept"
	"kaodian/app/centre/web/transport"
	"kaodian/app/exam"
	"kaodian/app/webkit"
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

// serving is what the child tells of itself.
type serving struct {
	Address string
	Places  []place
	PID     int
}

// seed makes n candidates with a running attempt of one item each.
func seed(ctx context.Context, s *store.Store, n int) ([]place, error) {
	now := s.Now()
	var list []exam.Registration
	for i := range n {
		list = append(list, exam.Registration{
			Ticket: fmt.Sprintf("T%05d", i), Name: "王小明", IDType: "passport", IDNumber: fmt.Sprintf("N%05d", i),
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
		return upload.Principal{}, refusal.New(login.Needed)
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
		Store: kept.Uploads{Store: s}, Fault: s.Fault(), Clock: clk, MaxSize: rules.MaxClipBytes,
	})
	if err != nil {
		return err
	}
	if _, err := engine.Recover(ctx); err != nil {
		return err
	}
	var places []place
	if isNew {
		if places, err = seed(ctx, s, 20); err != nil {
			return err
		}
		list, err := json.Marshal(places)
		if err != nil {
			return err
		}
		if err := durable.WriteFile(filepath.Join(dir, "places.json"), list, 0o600); err != nil {
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
	note, err := json.Marshal(serving{Address: l.Addr().String(), Places: places, PID: os.Getpid()})
	if err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(dir, "serving.json"), note, 0o600); err != nil {
		return err
	}
	return testApp(engine).Listener(transport.Limit(l, nil))
}

// testApp has the uploads and a small route.
func testApp(engine *upload.Engine) *fiber.App {
	app := transport.NewApp(slog.New(slog.DiscardHandler))
	(&Uploads{Engine: engine, Base: uploads, Authorise: testAuthorise}).Register(app)
	app.Use(transport.RefuseBodies)
	app.Get("/light", transport.SmallBodies(webkit.UnexpectedBody), func(c *fiber.Ctx) error { return c.SendString("ok") })
	var bodies webkit.Bodies
	app.Post("/echo", func(c *fiber.Ctx) error {
		release, err := bodies.Take(c, webkit.StaffBody, false)
		defer release()
		if err != nil {
			return err
		}
		return c.Send(c.Body())
	})
	return app
}

const uploads = "/api/v1/uploads"

// house is a server within the test.
type house struct {
	t       *testing.T
	address string
	store   *store.Store
	engine  *upload.Engine
	dir     string
	places  []place
}

// newHouse serves n candidates; sockets is the limit per address.
func newHouse(t *testing.T, n, sockets int) *house {
	t.Helper()
	c := &house{t: t, dir: t.TempDir()}
	clk := clock.New(time.Time{})
	rules := exam.DefaultRules(time.FixedZone("Asia/Shanghai", 8*60*60))
	rules.MaxClipBytes = 64 << 20
	var err error
	c.store, err = store.Open(t.Context(), storetest.Path(t, c.dir), rules, clk)
	c.must(err)
	t.Cleanup(func() { c.must(c.store.Close()) })
	c.engine, err = upload.New(upload.Config{
		Disk: durable.OS(), Parts: filepath.Join(c.dir, "uploads"), Clips: filepath.Join(c.dir, "vault", "clips"),
		Store: kept.Uploads{Store: c.store}, Fault: c.store.Fault(), Clock: clk, MaxSize: rules.MaxClipBytes,
	})
	c.must(err)
	c.places, err = seed(t.Context(), c.store, n)
	c.must(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	c.must(err)
	c.address = l.Addr().String()
	app := testApp(c.engine)
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(transport.Limit(l, func() int { return sockets })) }()
	t.Cleanup(func() {
		c.must(app.ShutdownWithTimeout(time.Minute))
		c.must(<-ended)
	})
	return c
}

func (c *house) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// headers are those of the n-th candidate.
func (c *house) headers(n int, more ...string) http.Header {
	h := http.Header{"Tus-Resumable": {"1.0.0"}, "Test-Owner": {c.places[n].Owner}}
	for i := 0; i+1 < len(more); i += 2 {
		h.Set(more[i], more[i+1])
	}
	return h
}

// metadata is what the n-th candidate's first item needs.
func (c *house) metadata(n int) string { return metadataOf(c.places[n]) }

func metadataOf(p place) string {
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	return "attempt " + encode(p.Attempt) + ",item " + encode("1") + ",filename " + encode("../../演奏.mp4")
}

// call sends a request and returns the answer with its body read.
func (c *house) call(method, path string, h http.Header, body io.Reader) (*http.Response, string) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, "http://"+c.address+path, body)
	c.must(err)
	request.Header = h
	response, err := http.DefaultClient.Do(request)
	c.must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	c.must(err)
	return response, string(text)
}

// create begins an upload of the n-th candidate and returns its path.
func (c *house) create(n int, size int64) string {
	c.t.Helper()
	h := c.headers(n, "Upload-Length", fmt.Sprint(size), "Upload-Metadata", c.metadata(n))
	response, text := c.call(http.MethodPost, uploads, h, nil)
	if response.StatusCode != http.StatusCreated {
		c.t.Fatalf("status %d: %s", response.StatusCode, text)
	}
	return response.Header.Get("Location")
}

func (c *house) patch(n int, path string, offset int64, body io.Reader, more ...string) (*http.Response, string) {
	c.t.Helper()
	h := c.headers(n, append([]string{"Upload-Offset", fmt.Sprint(offset), "Content-Type", bodyType}, more...)...)
	return c.call(http.MethodPatch, path, h, body)
}

// offset asks how far an upload is.
func (c *house) offset(n int, path string) string {
	c.t.Helper()
	response, _ := c.call(http.MethodHead, path, c.headers(n), nil)
	return response.Header.Get("Upload-Offset")
}

// clip is the content of a finished upload's file.
func (c *house) clip(path string) []byte {
	c.t.Helper()
	data, err := os.ReadFile(filepath.Join(c.dir, "vault", "clips", filepath.Base(path)))
	c.must(err)
	return data
}

// part is the content of an unfinished upload's file.
func (c *house) part(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(c.dir, "uploads", filepath.Base(path)+".part"))
}

func random(n int) []byte {
	source := rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16)})
	data := make([]byte, n)
	_, _ = source.Read(data) // never fails
	return data
}
