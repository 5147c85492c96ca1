package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"kaodian/packaging/bench/centre"
	"kaodian/packaging/bench/process"
	"kaodian/packaging/bench/row"
)

const (
	orders = 20_000
	photos = 2_000
	looks  = 400 // pages of the list that are asked for

	importTime   = "desk/import-20000/s"
	importLimit  = 10
	importMemory = "desk/import-20000/server-growth-MB"
	pageTime     = "desk/orders-20000/p99-ms"
	pageLimit    = 100
	photoMemory  = "desk/photos-2000/server-growth-MB"
	// The files' own size would be far more: 2,000 photos are some 300 MB.
	growth = 200
)

var listRows = []string{importTime, importMemory, pageTime, photoMemory}

func runLists(ctx context.Context) error {
	logins, list := orderList(orders)
	if err := newCentre(map[string]string{"orders.csv": list}, false); err != nil {
		return err
	}
	c, err := centre.Serve(filepath.Join(scratch, "data"), logins)
	if err != nil {
		return err
	}
	defer c.End()
	desk, err := c.DeskOf(ctx, "desk", password)
	if err != nil {
		return err
	}
	d := lists{c: c, desk: desk}
	took, grew, err := d.takeIn(ctx, "orders", filepath.Join(scratch, "orders.csv"))
	if err != nil {
		return err
	}
	if err := errors.Join(row.Within(importTime, took, nil, importLimit).Write(os.Stdout), row.Within(importMemory, grew, nil, growth).Write(os.Stdout)); err != nil {
		return err
	}
	pages, err := d.lookThrough(ctx)
	if err != nil {
		return err
	}
	album := filepath.Join(scratch, "photos.zip")
	if err := errors.Join(row.Within(pageTime, pages, nil, pageLimit).Write(os.Stdout), writeAlbum(album, logins[:photos])); err != nil {
		return err
	}
	took, grew, err = d.takeIn(ctx, "photos", album)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d photos were looked at and taken in within %.0f s\n", photos, took) // nothing limits it
	return row.Within(photoMemory, grew, nil, growth).Write(os.Stdout)
}

// lists is a desk at a centre that has many orders.
type lists struct {
	c    *centre.Centre
	desk *http.Client
}

// takeIn sends a file, reads its preview and takes it in: seconds from the first
// byte to the end, and by how many MB the server's memory grew at its highest.
func (d lists) takeIn(ctx context.Context, kind, path string) (seconds, megabytes float64, err error) {
	pid := d.c.Cmd.Process.Pid
	if err := process.ForgetPeak(pid); err != nil {
		return 0, 0, err
	}
	before, err := process.Memory(pid)
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	var preview struct {
		ID          string
		Fingerprint string
		Counts      map[string]int
	}
	if err := d.send(ctx, "/api/v1/staff/intake/"+kind+"?name="+url.QueryEscape(filepath.Base(path)), path, &preview); err != nil {
		return 0, 0, err
	}
	if preview.Counts["refused"] > 0 {
		return 0, 0, fmt.Errorf("of %s were refused: %v", path, preview.Counts)
	}
	take := map[string]any{"fingerprint": preview.Fingerprint}
	if err := centre.Call(ctx, d.desk, http.MethodPost, d.c.URL+"/api/v1/staff/intake/"+preview.ID+"/take", take, nil); err != nil {
		return 0, 0, err
	}
	took := time.Since(start)
	peak, err := process.Peak(pid)
	return took.Seconds(), float64(peak-before) / 1e6, err
}

func (d lists) send(ctx context.Context, to, path string, out any) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return centre.Send(ctx, d.desk, d.c.URL+to, file, out)
}

// lookThrough searches, sorts and pages the list, and returns how long 99 of
// 100 pages take at most, in milliseconds.
func (d lists) lookThrough(ctx context.Context) (float64, error) {
	questions := []string{
		"sort=ticket", "sort=name", "sort=window", "who=%E5%B0%8F", "who=BD199", "who=%E7%8E%8B%E5%B0%8F", "who=S19999", "grade=7", "grade=3&sort=name",
		"no_photo=true", "status=open", "subject=%E9%92%A2%E7%90%B4&sort=window", "who=nobody",
	}
	var waits []float64
	after := map[string]string{}
	for n := range looks {
		question := questions[n%len(questions)]
		start := time.Now()
		var page struct{ Orders []struct{ ID string } }
		if err := centre.Call(ctx, d.desk, http.MethodGet, d.c.URL+"/api/v1/staff/orders?limit=50&"+question+"&after="+after[question], nil, &page); err != nil {
			return 0, err
		}
		waits = append(waits, float64(time.Since(start).Microseconds())/1000)
		after[question] = ""
		if len(page.Orders) == 50 {
			after[question] = page.Orders[49].ID
		}
	}
	return row.Quantile(waits, 0.99), nil
}

// writeAlbum writes a ZIP of pictures that are no photos of anybody, named after
// the tickets. What stands behind a picture's end makes each file another one.
func writeAlbum(path string, logins [][]string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	shown := picture()
	pack := zip.NewWriter(file)
	for _, login := range logins {
		entry, err := pack.CreateHeader(&zip.FileHeader{Name: "photos/" + login[0] + ".jpg", Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := entry.Write(append(shown, login[0]...)); err != nil {
			return err
		}
	}
	return pack.Close()
}

// picture is noise in colour, large enough for a registration photo (R2).
func picture() []byte {
	random := rand.New(rand.NewPCG(1, 1))
	canvas := image.NewRGBA(image.Rect(0, 0, 600, 800))
	for y := 0; y < 800; y += 4 {
		for x := 0; x < 600; x += 4 {
			shade := color.RGBA{uint8(random.UintN(256)), uint8(random.UintN(256)), uint8(random.UintN(256)), 255}
			for i := range 16 {
				canvas.SetRGBA(x+i%4, y+i/4, shade)
			}
		}
	}
	var packed bytes.Buffer
	_ = jpeg.Encode(&packed, canvas, &jpeg.Options{Quality: 90}) // a buffer takes all
	return packed.Bytes()
}
