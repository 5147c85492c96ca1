package inspect_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/inspect"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/ffmpeg"
	"kaodian/media/ffmpeg/ffmpegtest"
	"kaodian/media/vision"
	"kaodian/media/vision/cv"
	"kaodian/packaging/sharedtest"
)

// crashingTool is what this program is called to be a tool that crashes; the
// cage lets no shell run.
const crashingTool = "crashing-ffprobe"

// TestMain is the real worker too, as a program's main is.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == crashingTool {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // Go would answer others with a status
		select {}
	}
	cv.Main()
	var err error
	if fixtures.folder, err = os.MkdirTemp("", "inspect-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	closeFaces()
	_ = os.RemoveAll(fixtures.folder)
	os.Exit(status)
}

// The real store and the real client fit.
var (
	_ inspect.Store = (*store.Store)(nil)
	_ inspect.Faces = (*vision.Client)(nil)
)

// memory is a store of one clip.
type memory struct {
	clip      *store.ClipToInspect // nil: gone
	vanish    bool                 // it goes while it is looked at
	gone      atomic.Bool          // it has gone
	recorded  *store.Inspection
	rendition *store.Rendition
	previewed bool
	first     []store.FirstLook
	used      map[string]bool
	alike     store.Alike
	cohort    []store.CohortPhoto // other candidates' photos
}

func (m *memory) ListCohort(_ context.Context, _ string, most int) ([]store.CohortPhoto, error) {
	return m.cohort[:min(len(m.cohort), most)], nil
}

func (m *memory) FindClipForInspection(_ context.Context, id string) (store.ClipToInspect, error) {
	if m.clip == nil || m.clip.ID != id || m.gone.Load() {
		return store.ClipToInspect{}, refusal.New(refusal.NotFound)
	}
	return *m.clip, nil
}

func (m *memory) RecordInspection(_ context.Context, _ string, in store.Inspection) error {
	if m.vanish {
		return refusal.New(refusal.NotFound)
	}
	m.recorded = &in
	return nil
}

func (m *memory) RecordRendition(_ context.Context, _ string, r store.Rendition) error {
	if m.vanish {
		return refusal.New(refusal.NotFound)
	}
	m.rendition = &r
	return nil
}

func (m *memory) RecordPreview(context.Context, string, string) error {
	if m.vanish {
		return refusal.New(refusal.NotFound)
	}
	m.previewed = true
	return nil
}

func (m *memory) FindAlike(_ context.Context, _, _ string, _ time.Duration, _ store.Print) (store.Alike, error) {
	return m.alike, nil
}

func (m *memory) RecordFirstLook(_ context.Context, _ string, first store.FirstLook) error {
	m.first = append(m.first, first)
	return nil
}

func (m *memory) EvidenceInUse(_ context.Context, frame string) (bool, error) {
	return m.used[frame], nil
}

// bench is an inspector with real tools and a real worker over a clip.
type bench struct {
	*inspect.Inspector
	store *memory
}

func setUp(t *testing.T, clip, photo, models string) bench {
	t.Helper()
	folder := t.TempDir()
	received := time.Date(2026, 7, 1, 9, 20, 0, 0, time.UTC)
	m := &memory{clip: &store.ClipToInspect{
		ID: "clip1", Path: clip, Photo: photo, Consent: exam.ConsentGiven,
		Rendition:        filepath.Join(folder, "renditions", "clip1.mp4"),
		Preview:          filepath.Join(folder, "previews", "clip1.mp4"),
		AttemptStartedAt: received.Add(-20 * time.Minute), ReceivedAt: received,
	}}
	return bench{store: m, Inspector: &inspect.Inspector{
		Store: m, Tools: ffmpegtest.Tools(t), Faces: facesOf(models), MaxClipBytes: 500 << 20,
		Evidence: filepath.Join(folder, "evidence"), Renditions: filepath.Join(folder, "renditions"), Previews: filepath.Join(folder, "previews"), ContactSheets: filepath.Join(folder, "sheets"),
		Thumbnails: filepath.Join(folder, "thumbnails"),
	}}
}

var job = jobs.Job{ID: "job1", Kind: jobs.Inspect, ClipID: "clip1", Tries: 1}

// withContactSheet lets the contact sheet be made too, which is most of the work at a
// small clip when the race detector watches.
func (b bench) withContactSheet() bench {
	b.store.clip.ContactSheet = filepath.Join(b.ContactSheets, "clip1.jpg")
	return b
}

func (b bench) withThumbnail() bench {
	b.store.clip.Thumbnail = filepath.Join(b.Thumbnails, "clip1.jpg")
	return b
}

func (b bench) inspect(t *testing.T) store.Inspection {
	t.Helper()
	if err := b.Inspect(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if b.store.recorded == nil {
		t.Fatal("nothing was recorded")
	}
	return *b.store.recorded
}

func finding(t *testing.T, in store.Inspection, kind exam.Kind) exam.Finding {
	t.Helper()
	i := slices.IndexFunc(in.Findings, func(f exam.Finding) bool { return f.Kind == kind })
	if i < 0 {
		t.Fatalf("no finding %s in %+v", kind, in.Findings)
	}
	return in.Findings[i]
}

func photo(t *testing.T, name string) string {
	return sharedtest.Path(t, "testdata", "faces", name)
}

func TestAFaceIsHeldAgainstTheRegistrationPhoto(t *testing.T) {
	t.Parallel()
	models := sharedtest.Path(t, "models")
	same := showing(t, "640:360", seen{"person-a-2.jpg", 11})
	large := showing(t, "1280:720", seen{"person-a-2.jpg", 11})
	nobody := good(t, "11")
	cases := []struct {
		name, clip, photo, models string
		verdict                   exam.Verdict
		note                      exam.Note
		width                     int // of the evidence, 0: there is none
	}{
		{"the same person", large, registered(t, "person-a-1.jpg"), models, exam.Pass, "", 1280},
		{"another person", same, registered(t, "person-b-1.jpg"), models, exam.Fail, "", 640},
		{"nobody in the clip", nobody, registered(t, "person-a-1.jpg"), models, exam.CannotTell, exam.NoteNoFace, 0},
		{"two people in the photo", same, registered(t, "two-people.jpg"), models, exam.CannotTell, exam.NoteSeveralInPhoto, 640},
		{"no photo yet", same, "", models, exam.CannotTell, exam.NoteNoPhoto, 640},
		{"no models installed", same, registered(t, "person-a-1.jpg"), t.TempDir(), exam.CannotTell, exam.NoteNoModel, 640},
		{"a photo that is none", same, ffmpegtest.Write(t, "p.jpg", []byte("no photo")), models, exam.CannotTell, exam.NoteNotExamined, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := setUp(t, c.clip, c.photo, c.models)
			in := b.inspect(t)
			f := finding(t, in, exam.KindFaceMatch)
			if f.Verdict != c.verdict || f.Note != c.note {
				t.Errorf("%s %q, want %s %q: %+v", f.Verdict, f.Note, c.verdict, c.note, f)
			}
			if c.width == 0 {
				return
			}
			frame, err := os.ReadFile(filepath.Join(b.Evidence, f.Evidence[0].Frame+".jpg"))
			if err != nil {
				t.Fatal(err)
			}
			if size, err := jpeg.DecodeConfig(bytes.NewReader(frame)); err != nil || size.Width != c.width {
				t.Errorf("evidence of %d pixels: %v", size.Width, err)
			}
			if c.models == models && !strings.Contains(f.Engine, "YuNet 2023mar 8f2383e4dd3c + MobileFaceNet 93fac2c9747e") {
				t.Errorf("engine %q", f.Engine)
			}
		})
	}
}

// R19: the candidate hears that there is no face, never who it is not.
func TestR19_HintsOfAClipThatShouldBeRecordedAgain(t *testing.T) {
	t.Parallel()
	models := sharedtest.Path(t, "models")
	dark := ffmpegtest.Make(t, "a.mp4", "-f lavfi -i color=black:s=360x640:r=10:d=4 -f lavfi -i anullsrc=d=4 "+ffmpegtest.H264)
	in := setUp(t, dark, registered(t, "person-a-1.jpg"), models).inspect(t)
	want := []string{exam.HintTooShort, exam.HintPortrait, exam.HintSilent, exam.HintTooDark, exam.HintNoFace}
	if diff := cmp.Diff(want, exam.Hints(in.Findings)); diff != "" {
		t.Error(diff)
	}
	other := showing(t, "640:360", seen{"person-a-2.jpg", 11})
	in = setUp(t, other, registered(t, "person-b-1.jpg"), models).inspect(t)
	if hints := exam.Hints(in.Findings); hints != nil {
		t.Errorf("another person's clip hints %v", hints)
	}
}

// R25: who declined is identified at the desk; no picture is even looked at.
func TestR25_WithoutConsentNoFaceIsLookedAt(t *testing.T) {
	t.Parallel()
	for consent, note := range map[exam.ConsentAnswer]exam.Note{
		exam.ConsentDeclined: exam.NoteIdentifiedAtDesk, exam.ConsentNone: exam.NoteNoConsent,
	} {
		b := setUp(t, good(t, "11"), "photo that must not be read", t.TempDir())
		b.store.clip.Consent = consent
		b.Faces = nobodyMayLook{t}
		in := b.inspect(t)
		if f := finding(t, in, exam.KindFaceMatch); f.Verdict != exam.CannotTell || f.Note != note {
			t.Errorf("consent %q: %+v", consent, f)
		}
		if in.Measurement.Face != nil {
			t.Errorf("consent %q: %+v", consent, in.Measurement.Face)
		}
		if _, err := os.Stat(b.Evidence); err == nil {
			t.Error("evidence was kept")
		}
	}
}

type nobodyMayLook struct{ t *testing.T }

func (n nobodyMayLook) Compare(context.Context, []byte, [][]byte) (vision.Comparison, error) {
	n.t.Error("a face was looked at")
	return vision.Comparison{}, errors.New("forbidden")
}

type engineThat struct{ err error }

func (e engineThat) Compare(context.Context, []byte, [][]byte) (vision.Comparison, error) {
	return vision.Comparison{}, e.err
}

func TestAWorkerThatFailsCostsOneFinding(t *testing.T) {
	t.Parallel()
	b := setUp(t, good(t, "11"), "", t.TempDir())
	b.Faces = engineThat{vision.ErrNotExamined}
	in := b.inspect(t)
	if f := finding(t, in, exam.KindFaceMatch); f.Verdict != exam.CannotTell || f.Note != exam.NoteNotExamined {
		t.Errorf("%+v", f)
	}
	if !exam.Examined(in.Findings) || finding(t, in, exam.KindDuration).Verdict != exam.Pass {
		t.Errorf("the rest of the clip was not judged: %+v", in.Findings)
	}
	b.Faces = engineThat{errors.New("no more processes")}
	if err := b.Inspect(t.Context(), job); err == nil {
		t.Error("a fault of the machine became a finding")
	}
}

func TestWhatIsNoClipIsRecordedAndNeverAFault(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 300_000)
	_, _ = rand.Read(noise)
	good, err := os.ReadFile(good(t, "2"))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		data []byte
		note exam.Note
	}{
		{"empty", nil, exam.NoteEmpty},
		{"noise", noise, exam.NoteNotAVideo},
		{"a playlist", []byte("#EXTM3U\n#EXTINF:1,\n/etc/hostname\n"), exam.NoteNotAVideo},
		{"a concat script", []byte("ffconcat version 1.0\nfile /etc/hostname\n"), exam.NoteNotAVideo},
		{"an SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), exam.NoteNotAVideo},
		{"cut off", good[:len(good)/3], exam.NoteCutOff},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := setUp(t, ffmpegtest.Write(t, "clip1", c.data), "", t.TempDir()).inspect(t)
			f := finding(t, in, exam.KindReadable)
			if f.Verdict != exam.Fail || f.Note != c.note || exam.Examined(in.Findings) {
				t.Errorf("%+v", f)
			}
			if in.NeedsRendition || in.Measurement.Size != int64(len(c.data)) || len(in.SHA256) != 64 {
				t.Errorf("%+v", in)
			}
		})
	}
}

// R12, R20: a person can look at what the machine could not, here and at the
// province, so it stays a video; what is no video does not become one.
func TestWhatTheMachineCouldNotLookAtStaysAVideo(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	crashing := filepath.Join(t.TempDir(), crashingTool)
	if err := os.Symlink(self, crashing); err != nil {
		t.Fatal(err)
	}
	b := setUp(t, good(t, "2"), "", t.TempDir())
	b.Tools.FFprobe = crashing
	in := b.inspect(t)
	if f := finding(t, in, exam.KindReadable); f.Verdict != exam.CannotTell || f.Note != exam.NoteNotExamined {
		t.Fatalf("the machine's failure is judged %+v", f)
	}
	if in.MediaType != "video/mp4" {
		t.Errorf("it is served as %s", in.MediaType)
	}
	noVideo := setUp(t, ffmpegtest.Write(t, "clip1", []byte("<svg/>")), "", t.TempDir()).inspect(t)
	if noVideo.MediaType != "application/octet-stream" {
		t.Errorf("what is no video is served as %s", noVideo.MediaType)
	}
}

// Real clips with bytes changed at random: an answer every time.
func TestMutatedClipsAreAnswered(t *testing.T) {
	t.Parallel()
	rounds := 4
	if os.Getenv("KAODIAN_SOAK") != "" {
		rounds = 700 // of three files
	}
	source := source("160x90", "3")
	for _, path := range []string{
		ffmpegtest.Make(t, "a.mp4", source+ffmpegtest.H264+"-movflags +faststart"),
		ffmpegtest.Make(t, "a.avi", source+"-c:v mjpeg -c:a pcm_s16le"),
		ffmpegtest.Make(t, "a.webm", source+"-c:v libvpx -deadline realtime -c:a libopus"),
	} {
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b := setUp(t, path, "", t.TempDir())
		b.store.clip.Consent = exam.ConsentDeclined
		random := uint64(1) // a fixed sequence, so that a failure can be repeated
		for round := range rounds {
			data := bytes.Clone(good)
			for range 1 + round*4 {
				random = random*6364136223846793005 + 1442695040888963407
				span := uint64(len(data))
				if round%2 == 0 {
					span = min(span, 4096) // where the structure is
				}
				data[random>>16%span] = byte(random >> 8)
			}
			b.store.clip.Path = ffmpegtest.Write(t, "clip1", data)
			if err := b.Inspect(t.Context(), job); err != nil {
				t.Errorf("%s, round %d: %v", filepath.Base(path), round, err)
			}
			_ = os.Remove(b.store.clip.Path)
		}
	}
}

func TestAClipThatWentAwayLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	clip := showing(t, "640:360", seen{"person-a-2.jpg", 11})
	b := setUp(t, clip, registered(t, "person-a-1.jpg"), sharedtest.Path(t, "models")).withContactSheet()
	b.store.vanish = true
	if err := b.Inspect(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(b.Evidence); len(left) != 0 {
		t.Errorf("%d frames are left", len(left))
	}
	b.store.clip = nil
	for _, do := range []jobs.Handler{b.Inspect, b.Render} {
		if err := do(t.Context(), job); err != nil {
			t.Errorf("a clip that is gone: %v", err)
		}
	}
}

// A clip may go at any moment while it is looked at: what was made of it so far
// goes too, and the lane comes to the next.
func TestWorkAtAClipThatGoesIsBrokenOffAndLeavesNothing(t *testing.T) {
	t.Parallel()
	clip := slow(t)
	for name, c := range map[string]struct {
		do    func(bench) jobs.Handler
		until func(store.ClipToInspect) string // this file is there
	}{
		"inspection": {func(b bench) jobs.Handler { return b.Inspect }, func(c store.ClipToInspect) string { return c.ContactSheet }},
		"rendition":  {func(b bench) jobs.Handler { return b.Render }, func(c store.ClipToInspect) string { return c.Rendition + ".part" }},
		"preview":    {func(b bench) jobs.Handler { return b.Preview }, func(c store.ClipToInspect) string { return c.Preview + ".part" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setUp(t, clip, "", t.TempDir()).withContactSheet()
			b.Faces = waiting{} // that is when the inspection has made its sheet
			ctx, drop := context.WithCancel(t.Context())
			whenThere(ctx, c.until(*b.store.clip), func() {
				b.store.gone.Store(true)
				drop()
			})
			if err := c.do(b)(ctx, job); err != nil {
				t.Error(err)
			}
			if !b.store.gone.Load() || b.store.recorded != nil || b.store.rendition != nil || b.store.previewed {
				t.Error("it was done to the end")
			}
			drop()
			for _, folder := range []string{b.Evidence, b.Renditions, b.Previews, b.ContactSheets} {
				if left, _ := os.ReadDir(folder); len(left) != 0 {
					t.Errorf("left in %s: %v", filepath.Base(folder), left)
				}
			}
		})
	}
}

// slow is a clip whose rendition and preview take a while.
func slow(t *testing.T) string {
	t.Helper()
	return once(t, "slow.avi", strings.Fields(ffmpegtest.Source("960x540", "30", "12")+"-c:v mjpeg -c:a pcm_s16le")...)
}

// whenThere does something when the file is there.
func whenThere(ctx context.Context, path string, do func()) {
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(path); err == nil {
				do()
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
}

// waiting is an engine whose answer nobody waits for to the end.
type waiting struct{}

func (waiting) Compare(ctx context.Context, _ []byte, _ [][]byte) (vision.Comparison, error) {
	<-ctx.Done()
	return vision.Comparison{}, ctx.Err()
}

func TestOurOwnStopIsNoFinding(t *testing.T) {
	t.Parallel()
	b := setUp(t, good(t, "2"), "", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Inspect(ctx, job); !errors.Is(err, context.Canceled) || b.store.recorded != nil {
		t.Errorf("got %v, recorded %v", err, b.store.recorded)
	}
}

func TestAMissingOriginalIsAFaultOfTheMachine(t *testing.T) {
	t.Parallel()
	b := setUp(t, filepath.Join(t.TempDir(), "absent"), "", t.TempDir())
	if err := b.Inspect(t.Context(), job); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyWhatCannotBePlayedGetsARendition(t *testing.T) {
	t.Parallel()
	source := source("640x360", "3")
	playable := setUp(t, ffmpegtest.Make(t, "a.mp4", source+ffmpegtest.H264), "", t.TempDir())
	playable.store.clip.Consent = exam.ConsentDeclined
	if playable.inspect(t).NeedsRendition {
		t.Error("H.264 in MP4 needs none")
	}
	if err := playable.Render(t.Context(), job); err != nil || playable.store.rendition != nil {
		t.Errorf("one was made: %v", err)
	}
	hevc := ffmpegtest.Make(t, "a.mov", source+"-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 -c:a aac")
	b := setUp(t, hevc, "", t.TempDir())
	b.store.clip.Consent = exam.ConsentDeclined
	if in := b.inspect(t); !in.NeedsRendition || in.MediaType != "video/quicktime" {
		t.Errorf("%+v", in)
	}
	if err := b.Render(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	made := b.store.rendition
	if made == nil || made.JobID != "job1" || made.Remuxed || len(made.SHA256) != 64 {
		t.Fatalf("%+v", made)
	}
	info, err := b.Tools.Probe(t.Context(), b.store.clip.Rendition)
	if err != nil || info.Size != made.Size || ffmpeg.PlanRendition(info).Needed || math.Abs(info.Duration.Seconds()-3) > 0.2 {
		t.Errorf("%+v, %v", info, err)
	}
	if entries, _ := os.ReadDir(b.Renditions); len(entries) != 1 {
		t.Errorf("scratch files are left: %v", entries)
	}
	b.store.vanish = true
	if err := b.Render(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(b.Renditions); len(entries) != 0 {
		t.Errorf("the rendition of a clip that went away is left: %v", entries)
	}
}

func TestAStoppedRenditionLeavesNoFile(t *testing.T) {
	t.Parallel()
	b := setUp(t, slow(t), "", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	whenThere(ctx, b.store.clip.Rendition+".part", cancel)
	if err := b.Render(ctx, job); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if entries, _ := os.ReadDir(b.Renditions); len(entries) != 0 {
		t.Errorf("left: %v", entries)
	}
}

func TestSweepRemovesWhatACrashLeft(t *testing.T) {
	t.Parallel()
	b := setUp(t, "", "", t.TempDir())
	b.store.used = map[string]bool{"used": true}
	for _, file := range []string{
		filepath.Join(b.Evidence, "used.jpg"), filepath.Join(b.Evidence, "orphan.jpg"),
		filepath.Join(b.Renditions, "clip1.mp4"), filepath.Join(b.Renditions, "clip1.mp4.part"),
		filepath.Join(b.Renditions, "gone.mp4"),
	} {
		_ = os.MkdirAll(filepath.Dir(file), 0o700)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, folder := range []string{b.Evidence, b.Renditions} {
		entries, _ := os.ReadDir(folder)
		for _, e := range entries {
			left = append(left, e.Name())
		}
	}
	if diff := cmp.Diff([]string{"used.jpg", "clip1.mp4"}, left); diff != "" {
		t.Error(diff)
	}
}
