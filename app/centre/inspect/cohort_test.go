package inspect_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"kaodian/app/centre/inspect"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
	"kaodian/media/vision"
)

// drawn answers as a network that compares beside others would: a photo's numbers are
// of what stands in it. What the real networks answer is tested with them.
type drawn struct {
	looked  map[string]int
	measure float64
	fails   error
}

func (d *drawn) Compare(_ context.Context, photo []byte, frames [][]byte) (vision.Comparison, error) {
	if d.fails != nil {
		return vision.Comparison{}, d.fails
	}
	d.looked[string(photo)]++
	c := vision.Comparison{PhotoFaces: 1, Best: -1, PhotoNumbers: facing(string(photo))}
	c.About = vision.About{Network: "n", Match: 0.6, NoMatch: 0.1, MatchCohort: d.measure, Reliable: true}
	c.PhotoFace = &vision.Face{EyeDistance: 60, Sharpness: 300, Frontal: 1, Light: 120, Score: 1}
	for range frames {
		c.Frames = append(c.Frames, []vision.Face{*c.PhotoFace})
		c.Best, c.Numbers, c.Similarity = 0, facing("clip"), new(0.5)
		c.Similarities = append(c.Similarities, c.Similarity)
	}
	return c, nil
}

// facing is a direction by the text's number of degrees; the clip's is 60 from 0.
func facing(text string) vision.Numbers {
	degrees := 60
	_, _ = fmt.Sscanf(text, "face %d", &degrees)
	angle := float64(degrees) * math.Pi / 180
	return vision.Numbers{float32(math.Cos(angle)), float32(math.Sin(angle))}
}

// others are so many photos of other candidates, all far from the clip's face.
func others(t *testing.T, n int) (photos []store.CohortPhoto) {
	folder := t.TempDir()
	for i := range n {
		path := filepath.Join(folder, fmt.Sprint(i))
		if err := os.WriteFile(path, fmt.Appendf(nil, "face %d", 200+i%40), 0o600); err != nil {
			t.Fatal(err)
		}
		photos = append(photos, store.CohortPhoto{SHA256: fmt.Sprint(i), Path: path})
	}
	return photos
}

// keepOnce runs one round of keeping the cohort.
func keepOnce(t *testing.T, i *inspect.Inspector) (reported error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	i.Store = &afterwards{memory: i.Store.(*memory), end: cancel}
	defer func() { i.Store = i.Store.(*afterwards).memory }()
	if err := i.KeepCohort(ctx, 0, func(err error) { reported = err; cancel() }); err != nil {
		t.Fatal(err)
	}
	return reported
}

// afterwards ends what runs when the list is asked for a second time.
type afterwards struct {
	*memory
	end   context.CancelFunc
	asked bool
}

func (a *afterwards) ListCohort(ctx context.Context, clip string, most int) ([]store.CohortPhoto, error) {
	if a.asked {
		a.end()
		return nil, ctx.Err()
	}
	a.asked = true
	return a.memory.ListCohort(ctx, clip, most)
}

// R18: with 60 others a likeness is told in spreads above theirs, with 59 as it is.
func TestR18_AClipIsJudgedBesideTheCentresCandidates(t *testing.T) {
	for n, unit := range map[int]exam.Unit{vision.CohortSize: exam.Spreads, vision.CohortSize - 1: ""} {
		b := setUp(t, good(t, "11"), ffmpegtest.Write(t, "p.jpg", []byte("face 0")), t.TempDir())
		engine := &drawn{looked: map[string]int{}, measure: 3}
		b.Faces, b.store.cohort = engine, others(t, n)
		if err := keepOnce(t, b.Inspector); err != nil {
			t.Fatal(err)
		}
		f := finding(t, b.inspect(t), exam.KindFaceMatch)
		if f.Unit != unit || f.Value == nil {
			t.Errorf("%d others: %+v", n, f)
		}
	}
}

// R25: numbers are held while photo and consent stand, and of every photo once; a
// network that was not measured beside others is shown none.
func TestR25_OthersAreHeldWhileTheirConsentStands(t *testing.T) {
	b := setUp(t, good(t, "11"), ffmpegtest.Write(t, "p.jpg", []byte("face 0")), t.TempDir())
	engine := &drawn{looked: map[string]int{}, measure: 3}
	b.Faces, b.store.cohort = engine, others(t, vision.CohortSize)
	all := b.store.cohort
	for range 2 {
		if err := keepOnce(t, b.Inspector); err != nil {
			t.Fatal(err)
		}
	}
	if n := engine.looked["face 200"]; n != 2 { // two photos say so
		t.Errorf("looked %d times", n)
	}
	b.store.cohort = all[1:]
	if err := keepOnce(t, b.Inspector); err != nil {
		t.Fatal(err)
	}
	b.store.cohort = all
	if f := finding(t, b.inspect(t), exam.KindFaceMatch); f.Unit != "" {
		t.Errorf("one whose consent was taken back is still held: %+v", f)
	}

	unmeasured := &drawn{looked: map[string]int{}}
	b.Faces, b.store.cohort = unmeasured, others(t, 5)
	if err := keepOnce(t, b.Inspector); err != nil || len(unmeasured.looked) != 1 {
		t.Errorf("%v, looked at %d", err, len(unmeasured.looked))
	}
	b.Faces = &drawn{fails: errors.New("no worker")}
	if err := keepOnce(t, b.Inspector); err == nil {
		t.Error("nobody hears of a worker that is gone")
	}
	b.Faces, b.store.cohort = &drawn{fails: vision.ErrNotExamined}, others(t, 2)
	if err := keepOnce(t, b.Inspector); err != nil {
		t.Errorf("a photo that cannot be examined: %v", err)
	}
}

// A worker that gave no answer is asked again; a photo of which it never gives one
// keeps no other from being looked at.
func TestAPhotoIsLookedAtAgainAndGivenUpInTheEnd(t *testing.T) {
	b := setUp(t, good(t, "11"), ffmpegtest.Write(t, "p.jpg", []byte("face 0")), t.TempDir())
	b.store.cohort = others(t, 2)
	round := func(engine *drawn) {
		t.Helper()
		b.Faces = engine
		if err := keepOnce(t, b.Inspector); err != nil {
			t.Fatal(err)
		}
	}
	well := &drawn{looked: map[string]int{}, measure: 3}
	round(&drawn{fails: vision.ErrNotExamined})
	round(well)
	if well.looked["face 200"] != 1 || well.looked["face 201"] != 1 {
		t.Errorf("after one failure: %v", well.looked)
	}

	b.store.cohort = append(others(t, 4)[2:], b.store.cohort...) // two new ones, before those that are known
	for range 3 {
		round(&drawn{fails: vision.ErrNotExamined})
	}
	round(well)
	if well.looked["face 202"] != 0 || well.looked["face 203"] != 1 {
		t.Errorf("after three of the first: %v", well.looked)
	}
}

// What a finding's number means, by the network that made it.
func TestTheNumberOfAFindingIsExplained(t *testing.T) {
	const engine = "fr_detect 6c0256ccd316 + fr_landmark f10b0ba1d2a8 + fr_feature 87aacdfe5751"
	n, known := inspect.NetworkOf(engine)
	if !known || n.Licence != "MIT" || n.Holder != "gitguanqi, 2021" || n.Training != "" || n.Children != 158 {
		t.Errorf("%+v", n)
	}
	if _, known := inspect.NetworkOf("own 123456789012"); known {
		t.Error("a network of nobody is known")
	}
	for _, tc := range []struct {
		value float64
		unit  exam.Unit
		pairs float64
		known bool
	}{{0.62, "", 8, true}, {0.52, "", 100, true}, {0.2, "", 0, false}, {3.2, exam.Spreads, 4, true}, {2, exam.Spreads, 0, false}} {
		got, known := inspect.AlikeOf(exam.Finding{Engine: engine, Value: new(tc.value), Unit: tc.unit})
		if known != tc.known || math.Abs(got.Pairs-tc.pairs) > 1e-9 {
			t.Errorf("%v %s: %+v", tc.value, tc.unit, got)
		}
	}
}
