package cv

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/media/vision"
	"kaodian/media/vision/onnxtest"
	"kaodian/packaging/sharedtest"
)

// TestMain is the real worker too, as a program's main is.
func TestMain(m *testing.M) {
	Main()
	os.Exit(m.Run())
}

func face(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(sharedtest.Path(t, "testdata", "faces", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func withModels(t testing.TB) *Engine {
	t.Helper()
	e, err := New(vision.WorkerOptions{Models: []string{sharedtest.Path(t, "models")}, Cascades: vision.CascadesFolder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if e.network == nil {
		t.Skip("no embedding network in the shared models")
	}
	return e
}

func withoutModels(t testing.TB) *Engine {
	t.Helper()
	if _, err := os.Stat(vision.CascadesFolder); err != nil {
		t.Skip("opencv-data is not installed")
	}
	e, err := New(vision.WorkerOptions{Models: []string{t.TempDir()}, Cascades: vision.CascadesFolder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

var people = []string{"person-a-1.jpg", "person-a-2.jpg", "person-a-3.jpg", "person-b-1.jpg", "person-b-2.jpg"}

func TestFacesAreCounted(t *testing.T) {
	packaged, _ := withNetworks(t)
	for _, e := range []*Engine{withModels(t), packaged} {
		facesAreCounted(t, e)
	}
}

func facesAreCounted(t *testing.T, e *Engine) {
	want := map[string]int{"two-people.jpg": 2}
	for _, name := range people {
		want[name] = 1
	}
	for name, n := range want {
		r, err := e.Photo(face(t, name))
		if err != nil || len(r.Faces) != n {
			t.Errorf("%s: %d faces, want %d (%v)", name, len(r.Faces), n, err)
		}
	}
}

// The same person is told from another by a margin, by the networks that come
// with an install and by those of earlier ones; nobody reaches the limit of the
// same person who is another.
func TestSamePersonsAreCloserThanOthers(t *testing.T) {
	packaged, _ := withNetworks(t)
	for _, e := range []*Engine{withModels(t), packaged} {
		lowestSame, highestOther := 1.0, -1.0
		for i, photo := range people {
			for _, frame := range people[i+1:] {
				c, err := e.Compare(face(t, photo), [][]byte{face(t, frame)})
				if err != nil || c.Similarity == nil {
					t.Fatalf("%s, %s: %v", photo, frame, err)
				}
				if photo[:8] == frame[:8] {
					lowestSame = min(lowestSame, *c.Similarity)
				} else {
					highestOther = max(highestOther, *c.Similarity)
				}
			}
		}
		if lowestSame < 0.55 || highestOther > e.About().NoMatchInClip {
			t.Errorf("%s: same people from %.3f, others up to %.3f", e.About().Engine(), lowestSame, highestOther)
		}
	}
}

func TestTheBestFrameIsTheOneThatShowsThePerson(t *testing.T) {
	e := withModels(t)
	empty := encode(t, image.NewRGBA(image.Rect(0, 0, 320, 240)))
	c, err := e.Compare(face(t, "person-a-1.jpg"), [][]byte{empty, face(t, "person-a-2.jpg"), empty})
	if err != nil || c.Best != 1 || c.PhotoFaces != 1 || len(c.Frames[0]) != 0 || len(c.Frames[1]) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAPhotoWithTwoFacesIsComparedWithNobody(t *testing.T) {
	c, err := withModels(t).Compare(face(t, "two-people.jpg"), [][]byte{face(t, "person-a-1.jpg")})
	if err != nil || c.PhotoFaces != 2 || c.Similarity != nil || c.Best != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestWithoutModelsThereIsABestFrameAndNoScore(t *testing.T) {
	e := withoutModels(t)
	c, err := e.Compare(face(t, "person-a-1.jpg"), [][]byte{face(t, "person-a-1.jpg")})
	if err != nil || c.Similarity != nil || c.Best != 0 || c.About.Reliable || c.About.Network != "" {
		t.Errorf("%+v, %v", c, err)
	}
	if c.About.Engine()[:5] != "Haar " {
		t.Errorf("engine %q", c.About.Engine())
	}
}

func TestWithoutModelsAndCascadesItSaysWhatToDo(t *testing.T) {
	_, err := New(vision.WorkerOptions{Cascades: t.TempDir()})
	if err == nil || !bytes.Contains([]byte(err.Error()), []byte("make models")) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	e := withModels(t)
	noise := make([]byte, 4096)
	_, _ = rand.Read(noise)
	good := face(t, "person-a-1.jpg")
	for name, data := range map[string][]byte{
		"nothing": {}, "noise": noise, "a GIF": []byte("GIF89a\x01\x00\x01\x00"), "the head of a JPEG": good[:200],
		"a PNG of 60,000 × 60,000": hugePNG(t),
	} {
		if _, err := e.Compare(nil, [][]byte{data}); err == nil {
			t.Errorf("%s was taken as a frame", name)
		}
		if r, err := e.Photo(data); err != nil || r.Format != "" {
			t.Errorf("%s as a photo: %+v, %v", name, r, err)
		}
	}
	if _, err := e.Compare(nil, [][]byte{good[:len(good)/2]}); err != nil {
		t.Errorf("a JPEG that ends early: %v", err)
	}
}

func TestPicturesOfOddSizesAreLookedAt(t *testing.T) {
	e := withModels(t)
	for _, r := range []image.Rectangle{image.Rect(0, 0, 1, 1), image.Rect(0, 0, 3000, 1), image.Rect(0, 0, 33, 4000)} {
		if _, err := e.Compare(nil, [][]byte{encode(t, image.NewRGBA(r))}); err != nil {
			t.Errorf("%v: %v", r, err)
		}
	}
}

// Any network that has a card can be used: here one that the test writes,
// whose output is the mean of each channel of the aligned face.
func TestANetworkOfItsOwnCardIsFedAsTheCardSays(t *testing.T) {
	folder := t.TempDir()
	onnx := onnxtest.ChannelMeans(32)
	sum := sha256.Sum256(onnx)
	card := vision.Card{
		Name: "means", File: "means.onnx", SHA256: hex.EncodeToString(sum[:]), Width: 32, Height: 32,
		Mean: [3]float64{100, 100, 100}, Scale: 0.5, Order: "RGB", Dimensions: 3,
		Match: 0.9, NoMatch: 0.1, Origin: "a test",
	}
	text, _ := json.Marshal(card)
	writeFile(t, filepath.Join(folder, "means.card.json"), text)
	writeFile(t, filepath.Join(folder, "means.onnx"), onnx)
	e, err := New(vision.WorkerOptions{Models: []string{folder, sharedtest.Path(t, "models")}, Cascades: vision.CascadesFolder})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.network == nil || e.About().Network != card.Label() {
		t.Fatalf("%+v", e.About())
	}
	picture := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for i := 0; i < len(picture.Pix); i += 4 {
		copy(picture.Pix[i:], []byte{200, 120, 60, 255})
	}
	mat, _, err := decode(encodePNG(t, picture))
	if err != nil {
		t.Fatal(err)
	}
	defer mat.Close()
	points := vision.Landmarks{{X: 80, Y: 80}, {X: 120, Y: 80}, {X: 100, Y: 100}, {X: 85, Y: 125}, {X: 115, Y: 125}}
	got, err := e.network.embed(mat, points)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float32{50, 10, -20} { // red first: (200 − 100) × 0.5 …
		if math.Abs(float64(got.numbers[i]-want)) > 0.6 {
			t.Errorf("channel %d is %.2f, want %.2f", i, got.numbers[i], want)
		}
	}
}

// The whole way: client, pipes, worker, OpenCV.
func TestTheWorkerComparesForTheClient(t *testing.T) {
	c := vision.NewClient(vision.Options{Worker: vision.WorkerOptions{Models: []string{sharedtest.Path(t, "models")}}})
	defer c.Close()
	start := time.Now()
	r, err := c.Compare(t.Context(), face(t, "person-a-1.jpg"), [][]byte{face(t, "person-a-2.jpg"), face(t, "person-a-3.jpg")})
	if err != nil || r.Similarity == nil || *r.Similarity < r.About.Match {
		t.Fatalf("%+v, %v", r, err)
	}
	t.Logf("first answer after %s, worker's peak %d MB, %s", time.Since(start).Round(time.Millisecond), c.Peak()>>20, r.About.Engine())
	if _, err := c.Compare(t.Context(), nil, [][]byte{[]byte("no picture")}); !errors.Is(err, vision.ErrNotExamined) {
		t.Errorf("got %v", err)
	}
	if p, err := c.CheckPhoto(t.Context(), face(t, "two-people.jpg")); err != nil || len(p.Faces) != 2 || p.Format != "jpeg" {
		t.Errorf("%+v, %v", p, err)
	}
	const most = 400 << 20
	if peak := c.Peak(); peak > most {
		t.Errorf("the worker took %d MB", peak>>20)
	}
}

func encode(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodePNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hugePNG says in its head that it is enormous, and has nothing behind it.
func hugePNG(t testing.TB) []byte {
	t.Helper()
	data := encodePNG(t, image.NewRGBA(image.Rect(0, 0, 1, 1)))
	const widthAt = 16
	binary.BigEndian.PutUint32(data[widthAt:], 60_000)
	binary.BigEndian.PutUint32(data[widthAt+4:], 60_000)
	return data
}

func writeFile(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkDetect(b *testing.B) {
	e := withModels(b)
	mat, _, err := decode(face(b, "person-a-2.jpg"))
	if err != nil {
		b.Fatal(err)
	}
	defer mat.Close()
	b.Logf("%d × %d", mat.Cols(), mat.Rows())
	for b.Loop() {
		if _, err := e.detector.detect(mat); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmbed(b *testing.B) {
	e := withModels(b)
	mat, _, err := decode(face(b, "person-a-2.jpg"))
	if err != nil {
		b.Fatal(err)
	}
	defer mat.Close()
	found, err := e.detector.detect(mat)
	if err != nil || len(found) == 0 {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := e.network.embed(mat, found[0].Points); err != nil {
			b.Fatal(err)
		}
	}
}
