package staff_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/shown"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// asTold is a finding as its fields say that it is told: each under its own name.
func asTold(t *testing.T, f exam.Finding) map[string]any {
	t.Helper()
	body := map[string]any{"evidence": []any{}}
	value := reflect.ValueOf(f)
	for i := range value.NumField() {
		name, field := strings.ToLower(value.Type().Field(i).Name), value.Field(i)
		switch {
		case name == "evidence" || field.IsZero():
		case field.Kind() == reflect.Pointer:
			body[name] = field.Elem().Float()
		default:
			body[name] = field.String()
		}
	}
	if n := reflect.TypeFor[exam.Evidence]().NumField(); n != 4 {
		t.Errorf("evidence has %d fields; this test knows four", n)
	}
	for _, e := range f.Evidence {
		place := map[string]any{"from_ms": float64(e.From.Milliseconds()), "to_ms": float64(e.To.Milliseconds())}
		if e.Frame != "" {
			place["frame"] = e.Frame
		}
		if e.OtherID != "" {
			place["other"] = map[string]any{"clip_id": e.OtherID}
		}
		body["evidence"] = append(body["evidence"].([]any), place)
	}
	return body
}

// From the judge to the row, from there to the answer: no field is lost.
func TestAFindingIsToldAsItWasJudged(t *testing.T) {
	c := webtest.New(t)
	_, clip, _ := c.FinalOrder()
	m := exam.Measurement{
		Size: 1 << 20, Container: "mov", VideoCodec: "h264", AudioCodec: "aac", Width: 640, Height: 480, FrameRate: 25, Duration: time.Minute,
		WrittenBy: "CapCut", Light: &shown.Light{Mean: 230, Pictures: 60, Bright: []shown.Span{{From: time.Second, To: 9 * time.Second}}},
		Sound: &shown.Sound{Peak: -3, Loudness: -44, Clipped: 0.05, Clippings: []shown.Span{{To: time.Second}}}, Looks: &shown.Looks{Edge: 3},
		Timing: &shown.Timing{Picture: shown.Span{To: time.Minute}, Sound: shown.Span{To: time.Minute}}, LastPicture: time.Minute,
		Cuts: []shown.Cut{{At: 3 * time.Second, Share: 0.9}}, Elsewhere: []exam.Elsewhere{{ClipID: webtest.OtherClip, Same: exam.NoteSameFile}},
	}
	every := exam.Finding{
		Kind: exam.KindFaceMatch, Verdict: exam.Fail, Value: new(0.125), Limit: new(0.25), Side: exam.MoreThan, Unit: exam.Seconds,
		Note: exam.NoteOtherPerson, Engine: "YuNet", Detail: "h264 · aac",
		Evidence: []exam.Evidence{{From: time.Second, To: 2 * time.Second, Frame: strings.Repeat("cd", 32), OtherID: webtest.OtherClip}},
	}
	for i, value := 0, reflect.ValueOf(every); i < value.NumField(); i++ {
		if value.Field(i).IsZero() {
			t.Errorf("%s is not tried", value.Type().Field(i).Name)
		}
	}
	findings := append(exam.Judge(m, exam.Context{MaxClipBytes: 1 << 19}), every)
	webtest.Must(t, c.RecordInspection(t.Context(), clip, store.Inspection{SHA256: strings.Repeat("ef", 32), MediaType: "video/mp4", Measurement: m, Findings: findings}))

	var want []any
	for _, f := range findings {
		want = append(want, asTold(t, f))
	}
	var body struct {
		Findings []any `json:"findings"`
	}
	c.Staff("invigilator").Want(200, "GET", "/api/v1/staff/review/"+clip, nil, &body)
	if diff := cmp.Diff(want, body.Findings); diff != "" {
		t.Error(diff)
	}
}
