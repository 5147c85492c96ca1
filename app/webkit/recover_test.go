package webkit

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// page is the log of a server on loopback.
type page struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *page) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(text)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func TestARequestThatPanicsFailsAndTheProcessStays(t *testing.T) { // I7
	log := &page{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	app := fiber.New(fiber.Config{DisableStartupMessage: true, ErrorHandler: WriteProblem})
	app.Use(Recover(logger))
	var none map[string]int
	app.Get("/handler", func(*fiber.Ctx) error { none["x"] = 1; return nil })
	app.Get("/half", func(c *fiber.Ctx) error {
		_ = c.Status(http.StatusOK).SendString("half an answer")
		panic("in between")
	})
	app.Get("/events", func(c *fiber.Ctx) error {
		c.Context().SetBodyStreamWriter(Stream(logger, "the events", func(w *bufio.Writer) {
			_, _ = w.WriteString("first\n")
			_ = w.Flush()
			none["x"] = 1
		}))
		return nil
	})
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString("ok") })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(l) }()
	t.Cleanup(func() { _ = app.Shutdown(); <-ended })
	for path, want := range map[string]int{"/handler": 500, "/half": 500, "/events": 200, "/": 200} {
		response, err := http.Get("http://" + l.Addr().String() + path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != want || want == 500 && !strings.Contains(string(text), `"code":"internal"`) {
			t.Errorf("%s is %d %q, %v", path, response.StatusCode, text, err)
		}
	}
	for _, where := range []string{"GET /handler", "GET /half", "the events", "recover_test.go"} {
		if !strings.Contains(log.String(), where) {
			t.Errorf("the log does not say %q: %s", where, log)
		}
	}
}
