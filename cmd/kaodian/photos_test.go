package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/media/vision"
	"kaodian/packaging/sharedtest"
)

// person is a real photo, skipping the test where there is none.
func person(t *testing.T) image.Image {
	t.Helper()
	file, err := os.Open(sharedtest.Path(t, "testdata", "faces", "person-a-1.jpg"))
	must(t, err)
	defer file.Close()
	photo, err := jpeg.Decode(file)
	must(t, err)
	return photo
}

// least and most are what a photo may have, in bytes (R2).
const least, most = 100_000, 512_000

// asJPEG is a photo of 100 to 500 KB.
func asJPEG(t *testing.T, photo image.Image) []byte {
	t.Helper()
	for quality := 95; ; quality -= 5 {
		var out bytes.Buffer
		must(t, jpeg.Encode(&out, photo, &jpeg.Options{Quality: quality}))
		if out.Len() < most {
			return filled(out.Bytes())
		}
	}
}

func asPNG(t *testing.T, photo image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, photo))
	return filled(out.Bytes())
}

// filled has enough bytes for a photo.
func filled(content []byte) []byte {
	return append(content, make([]byte, max(0, least-len(content)))...)
}

// drawn is the photo on another kind of canvas, smaller so that a PNG of it
// is no larger than a photo may be.
func drawn(photo image.Image, canvas draw.Image) image.Image {
	box, from := canvas.Bounds(), photo.Bounds()
	for y := range box.Dy() {
		for x := range box.Dx() {
			canvas.Set(x, y, photo.At(from.Min.X+x*from.Dx()/box.Dx(), from.Min.Y+y*from.Dy()/box.Dy()))
		}
	}
	return canvas
}

// turned has its pixels as a phone stores them that says «show me turned»,
// with the EXIF orientation that says it.
func turned(t *testing.T, photo image.Image, orientation uint16) []byte {
	t.Helper()
	box := photo.Bounds()
	lying := image.NewRGBA(image.Rect(0, 0, box.Dy(), box.Dx()))
	for y := range box.Dx() {
		for x := range box.Dy() {
			lying.Set(x, y, photo.At(box.Min.X+box.Dx()-1-y, box.Min.Y+x)) // a quarter to the left
		}
	}
	content := asJPEG(t, lying)
	if orientation == 0 {
		return content
	}
	exif := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), byte(orientation), 0, 0, 0, 0, 0, 0)
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return slices.Concat(content[:2], segment, content[2:])
}

// pngOf is a PNG of that size whose pixels are all zero, and more chunks.
func pngOf(t *testing.T, width, height uint32, depth, kind byte, bytesPerRow int, more ...[]byte) []byte {
	t.Helper()
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(header, depth, kind, 0, 0, 0))...)
	for _, c := range more {
		out = append(out, c...)
	}
	pixels := zeros(t, int64(min(height, 30_000))*int64(bytesPerRow+1))
	return filled(append(append(out, chunk("IDAT", pixels)...), chunk("IEND", nil)...))
}

func chunk(name string, data []byte) []byte {
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name...)
	out = append(out, data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// zeros are so many of them, compressed.
func zeros(t *testing.T, count int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, zlib.BestSpeed)
	must(t, err)
	_, err = io.CopyN(w, zeroReader{}, count)
	must(t, err)
	must(t, w.Close())
	return out.Bytes()
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// hostile are photos as they come, are spoilt or made to harm, each with what
// the import is to say of it: "" for nothing.
func hostile(t *testing.T) map[string]struct {
	content []byte
	says    string
} {
	t.Helper()
	type c = struct {
		content []byte
		says    string
	}
	photo := person(t)
	good := asJPEG(t, photo)
	small := image.Rect(0, 0, 400, 500)
	noise := make([]byte, 200_000)
	random := rand.New(rand.NewPCG(3, 4))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	var film bytes.Buffer
	must(t, gif.Encode(&film, drawn(photo, image.NewRGBA(small)), nil))
	cases := map[string]c{
		"as it should be": {good, ""},
		"a PNG":           {asPNG(t, drawn(photo, image.NewRGBA(small))), ""},
		"a PNG of 16 bits a channel, half transparent": {asPNG(t, drawn(photo, image.NewNRGBA64(image.Rect(0, 0, 240, 300)))), ""},
		"grey":                                        {asJPEG(t, drawn(photo, image.NewGray(photo.Bounds()))), "photo_grey"},
		"a grey PNG":                                  {asPNG(t, drawn(photo, image.NewGray16(small))), "photo_grey"},
		"a GIF":                                       {filled(film.Bytes()), "photo_format"},
		"shown turned (EXIF)":                         {turned(t, photo, 6), ""},
		"lying":                                       {turned(t, photo, 0), "photo_no_face"},
		"turned to the wrong side (EXIF)":             {turned(t, photo, 8), "photo_no_face"},
		"an EXIF orientation that there is not":       {turned(t, photo, 99), "photo_no_face"},
		"random bytes":                                {noise, "photo_format"},
		"random bytes that begin like a JPEG":         {slices.Concat(good[:300], noise), "photo_format"},
		"nothing":                                     {nil, "photo_too_small"},
		"an SVG":                                      {filled([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>`)), "photo_format"},
		"a web page":                                  {filled([]byte("<!doctype html><script>alert(1)</script>")), "photo_format"},
		"a PDF":                                       {filled([]byte("%PDF-1.4\n")), "photo_format"},
		"a concat script":                             {filled([]byte("ffconcat version 1.0\nfile /etc/passwd\n")), "photo_format"},
		"arithmetic coding (so it says)":              {bytes.Replace(good, []byte{0xff, 0xc0, 0}, []byte{0xff, 0xc9, 0}, 1), "photo_format"},
		"lossless (so it says)":                       {bytes.Replace(good, []byte{0xff, 0xc0, 0}, []byte{0xff, 0xc3, 0}, 1), "photo_format"},
		"30,000 × 30,000 pixels":                      {pngOf(t, 30_000, 30_000, 1, 0, 1), "photo_format"},
		"4,294,967,295 × 4,294,967,295":               {pngOf(t, math.MaxUint32, math.MaxUint32, 8, 2, 0), "photo_format"},
		"65,535 × 65,535 in a JPEG":                   {claiming(good, 65_535, 65_535), "photo_format"},
		"23 million pixels of one colour":             {pngOf(t, 4_800, 4_800, 8, 2, 3*4_800), "photo_grey"},
		"text of 100 MB, compressed to nothing":       {pngOf(t, 64, 64, 8, 2, 3*64, chunk("zTXt", append([]byte("Comment\x00\x00"), zeros(t, 100<<20)...))), "photo_grey"},
		"a colour profile of 100 MB":                  {pngOf(t, 64, 64, 8, 2, 3*64, chunk("iCCP", append([]byte("icc\x00\x00"), zeros(t, 100<<20)...))), "photo_grey"},
		"fewer rows than it says":                     {pngOf(t, 500, 500, 8, 2, 3*400), "photo_format"},
		"a photo behind which another file begins":    {append(slices.Clone(good[:len(good):len(good)]), "PK\x03\x04"...), ""},
		"a photo with a line of commands as its name": {good, ""},
	}
	if os.Getenv("KAODIAN_SOAK") != "" { // a seventh of a gigabyte of zeros takes its time
		cases["23 million pixels of 16 bits a channel"] = c{pngOf(t, 4_800, 4_800, 16, 2, 6*4_800), "photo_grey"}
	}
	return cases
}

// claiming is a JPEG whose head says another size.
func claiming(content []byte, width, height uint16) []byte {
	content = slices.Clone(content)
	at := bytes.Index(content, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(content[at+5:], height)
	binary.BigEndian.PutUint16(content[at+7:], width)
	return content
}

// says are the import's words on each photo, by its file name, and how long
// the whole took.
func says(t *testing.T, folder, photos string, files []string) (codes map[string][]string, took time.Duration) {
	t.Helper()
	var rows []string
	for i, file := range files {
		rows = append(rows, strings.TrimSuffix(row(fmt.Sprint("T", i), "钢琴", "3"), ",")+","+file)
	}
	began := time.Now()
	text, status := output(t, "import", "orders", list(t, rows...), "--photos", photos, "--data", folder, "--json")
	took = time.Since(began)
	var answer struct {
		Problems []struct {
			Row    int
			Column string
			Code   string
		}
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || status != 0 {
		t.Fatalf("exit status %d, %v: %s", status, err, text)
	}
	codes = map[string][]string{}
	for _, p := range answer.Problems {
		if p.Column == "photo" {
			codes[files[p.Row-2]] = append(codes[files[p.Row-2]], p.Code)
		}
	}
	return codes, took
}

// R2: whatever lies in the photo folder, the import says what it is, in time,
// and this process stays small: pictures are decoded in the cage.
func TestR2HostilePhotosAreAnswered(t *testing.T) {
	folder, photos := healthy(t), t.TempDir()
	want, files := map[string]string{}, []string{}
	put := func(name, file, code string, content []byte) {
		must(t, os.WriteFile(filepath.Join(photos, file), content, 0o600))
		files, want[file] = append(files, file), code
		if len(content) > most {
			t.Fatalf("%s has %d bytes", name, len(content))
		}
	}
	cases := hostile(t)
	names := map[string]string{}
	for name, c := range cases {
		file := fmt.Sprintf("p%d.jpg", len(files))
		if strings.Contains(name, "line of commands") {
			file = "$(touch x);'--help'.jpg"
		}
		names[file] = name
		put(name, file, c.says, c.content)
	}
	must(t, os.Symlink("/etc/passwd", filepath.Join(photos, "link.jpg")))
	must(t, os.Mkdir(filepath.Join(photos, "folder.jpg"), 0o700))
	must(t, unix.Mkfifo(filepath.Join(photos, "pipe.jpg"), 0o600))
	for _, file := range []string{"link.jpg", "folder.jpg", "pipe.jpg"} {
		files, want[file], names[file] = append(files, file), "photo_format", file
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got, took := says(t, folder, photos, files)
	runtime.ReadMemStats(&after)
	for _, file := range files {
		codes := slices.DeleteFunc(got[file], func(code string) bool {
			return code == "photo_face_small" || code == "photo_blurred" // doubts, which are no question here
		})
		if strings.Join(codes, " ") != want[file] {
			t.Errorf("%s: %v, want %q", names[file], codes, want[file])
		}
	}
	grown := int64(after.Sys-before.Sys) / mega
	if grown > 64 {
		t.Errorf("this process grew by %d MB", grown)
	}
	t.Logf("%d photos answered in %s; this process grew by %d MB", len(files), took.Round(time.Millisecond), grown)
}

// Real photos, cut at every tenth and with bytes changed at random: an answer
// every time, and the next photo is looked at as ever.
func TestR2DamagedPhotosAreAnswered(t *testing.T) {
	mutations := 60
	if os.Getenv("KAODIAN_SOAK") != "" {
		mutations = 2000
	}
	folder, photos := healthy(t), t.TempDir()
	good := asJPEG(t, drawn(person(t), image.NewRGBA(image.Rect(0, 0, 640, 800))))
	random := rand.New(rand.NewPCG(5, 6))
	var files []string
	put := func(file string, content []byte) {
		must(t, os.WriteFile(filepath.Join(photos, file), content, 0o600))
		files = append(files, file)
	}
	for tenth := 1; tenth < 10; tenth++ {
		put(fmt.Sprintf("cut%d.jpg", tenth), filled(slices.Clone(good[:len(good)*tenth/10])))
	}
	for i := range mutations {
		content := slices.Clone(good)
		for range 1 + random.IntN(20) {
			within := len(content)
			if i%2 == 0 {
				within = 700 // the head, whose tables steer the decoder
			}
			content[random.IntN(within)] = byte(random.Uint32())
		}
		put(fmt.Sprintf("m%d.jpg", i), content)
	}
	put("good.jpg", good)
	got, took := says(t, folder, photos, files)
	counts := map[string]int{}
	for _, file := range files {
		codes := strings.Join(got[file], " ")
		counts[codes]++
		if strings.HasPrefix(file, "cut") && codes != "photo_format" {
			t.Errorf("%s: %q", file, codes)
		}
	}
	if codes := got["good.jpg"]; len(codes) > 0 {
		t.Errorf("the good photo at the end: %v", codes)
	}
	t.Logf("%d photos answered in %s: %v", len(files), took.Round(time.Millisecond), counts)
}

// dotted is the photo as a print has it, in dots.
func dotted(photo image.Image) image.Image {
	box := photo.Bounds()
	dots := image.NewRGBA(image.Rect(0, 0, box.Dx(), box.Dy()))
	for y := range box.Dy() {
		for x := range box.Dx() {
			r, g, b, _ := photo.At(box.Min.X+x, box.Min.Y+y).RGBA()
			k := 0.75 + 0.125*(math.Cos(1.9*float64(x)+0.4*float64(y))+math.Cos(1.9*float64(y)-0.4*float64(x)))
			dots.Set(x, y, color.RGBA{uint8(float64(r>>8) * k), uint8(float64(g>>8) * k), uint8(float64(b>>8) * k), 255})
		}
	}
	return dots
}

// R2: a photo that was taken of a screen or a print is a doubt for staff, and
// the order has it all the same.
func TestR2APhotoOfAPrintIsADoubtForStaff(t *testing.T) {
	photo := person(t)
	folder, photos := healthy(t), t.TempDir()
	must(t, os.WriteFile(filepath.Join(photos, "honest.jpg"), asJPEG(t, photo), 0o600))
	must(t, os.WriteFile(filepath.Join(photos, "print.jpg"), asJPEG(t, dotted(photo)), 0o600))
	got, _ := says(t, folder, photos, []string{"honest.jpg", "print.jpg"})
	if len(got["honest.jpg"]) > 0 || !slices.Equal(got["print.jpg"], []string{"photo_rephotographed"}) {
		t.Errorf("%v", got)
	}
}

// R2: a face that lies on its side is no face of an ID photo, and one whose box is
// drawn too tight is not small; what a detector says of no eyes is left as it is.
func TestR2APhotoIsSeenByItsEyes(t *testing.T) {
	for name, c := range map[string]struct {
		faces []vision.Face
		count int
		share float64
	}{
		"upright":                     {[]vision.Face{{Width: 315, EyeDistance: 107}}, 1, 0.315},
		"on its side":                 {[]vision.Face{{Width: 212, EyeDistance: 31}}, 0, 0},
		"a tight box":                 {[]vision.Face{{Width: 200, EyeDistance: 117}}, 1, 0.26},
		"small":                       {[]vision.Face{{Width: 200, EyeDistance: 90}}, 1, 0.2},
		"no eyes known":               {[]vision.Face{{Width: 315}}, 1, 0.315},
		"one upright, one lying":      {[]vision.Face{{Width: 315, EyeDistance: 107}, {Width: 100, EyeDistance: 10}}, 1, 0.315},
		"two that stand side by side": {[]vision.Face{{Width: 200, EyeDistance: 70}, {Width: 190, EyeDistance: 70}}, 2, 0},
	} {
		seen := photoSeen(vision.PhotoReport{Width: 1000, Faces: c.faces})
		if seen.Faces != c.count || math.Abs(seen.Share-c.share) > 1e-9 {
			t.Errorf("%s: faces %d, share %v", name, seen.Faces, seen.Share)
		}
	}
}
