package webkit

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gofiber/fiber/v2"
)

func TestTheApplicationsOwnAddressesGetItsPage(t *testing.T) {
	app := fiber.New()
	app.Get("/*", Pages(fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}, "/staff"))
	for address, want := range map[string]int{
		"/staff/": 200, "/staff": 200, "/staff/orders/abc": 200, "/staff/index.html": 200, "/staff/assets/gone.js": 404, "/staff/../gone.css": 404,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := app.Test(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.StatusCode != want {
			t.Errorf("%s: %s", address, response.Status)
		}
	}
}

// Whoever spells a file's address in many ways does not fill the memory.
func TestAFileIsKeptPackedOnceHoweverItIsSpelt(t *testing.T) {
	files := fstest.MapFS{
		"index.html":  {Data: []byte("<!doctype html>")},
		"assets/x.js": {Data: []byte(strings.Repeat("let x = 1\n", 1000))},
	}
	p := &pages{files: files, prefix: "/staff"}
	app := fiber.New()
	app.Get("/*", p.serve)
	for _, spelt := range []string{"/staff/assets/x.js", "/staff/assets/./x.js", "/staff//assets///x.js", "/staff/y/../assets/x.js"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+spelt, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", "gzip")
		response, err := app.Test(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil || response.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %s %v", spelt, response.Status, response.Header)
		}
	}
	count := 0
	p.packed.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Errorf("one file is kept %d times", count)
	}
}

// The page's own frame is drawn from its first bytes: those come packed, too,
// and are asked for anew each time, because they name the scripts of a version.
func TestTheApplicationsPageIsPackedAndNeverKept(t *testing.T) {
	app := fiber.New()
	app.Get("/*", Pages(fstest.MapFS{"index.html": {Data: []byte(strings.Repeat("<p>frame</p>", 500))}}, "/"))
	for _, address := range []string{"/", "/login", "/index.html"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", "gzip")
		response, err := app.Test(request)
		if err != nil {
			t.Fatal(err)
		}
		header := response.Header
		if err := response.Body.Close(); err != nil || header.Get("Content-Encoding") != "gzip" || header.Get("Cache-Control") != "no-cache" || !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s %v", address, response.Status, header)
		}
	}
}
