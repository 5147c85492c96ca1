package web

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// R15, R19: a card's picture is the person's own, kept by the phone while the
// clip is there, and its words are those that help, never the comparison.
func TestR19_TheCardOfAClip(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.register("T2", "2")
	p, other := c.candidate("T1", "1"), c.candidate("T2", "2")
	attempt := p.start().ID
	clip := p.upload(attempt, "1", "0123456789")
	path := "/api/v1/clips/" + clip
	p.wantCode(refusal.NotFound, "GET", path+"/thumbnail", nil)

	file := filepath.Join(c.server.Folder, store.ThumbnailFile(clip))
	must(t, os.MkdirAll(filepath.Dir(file), 0o700))
	must(t, os.WriteFile(file, []byte("picture"), 0o600))
	must(t, c.RecordFirstLook(t.Context(), clip, store.FirstLook{
		Hints: []string{exam.HintTooDark}, Good: []string{exam.GoodLandscape, exam.GoodFace}, Duration: 83 * time.Second, Thumbnail: true,
	}))
	var body clipBody
	p.want(200, "GET", path, nil, &body)
	if !body.Thumbnail || body.LengthMs != 83_000 || !slices.Equal(body.Good, []string{"landscape", "face"}) || !slices.Equal(body.Hints, []string{"too_dark"}) {
		t.Errorf("the card knows %+v", body)
	}
	tag := p.thumbnail(path, "", http.StatusOK, "picture")
	p.thumbnail(path, tag, http.StatusNotModified, "")
	p.thumbnail(path, `"another"`, http.StatusOK, "picture")
	other.wantCode(refusal.NotFound, "GET", path+"/thumbnail", nil)
	c.phone().wantCode(login.Needed, "GET", path+"/thumbnail", nil)

	must(t, c.RecordInspection(t.Context(), clip, store.Inspection{
		SHA256: "s", MediaType: "video/mp4", Measurement: exam.Measurement{Duration: 84 * time.Second}, Thumbnail: true,
		Findings: []exam.Finding{
			{Kind: exam.KindReadable, Verdict: exam.Pass}, {Kind: exam.KindOrientation, Verdict: exam.Pass}, {Kind: exam.KindSound, Verdict: exam.Pass},
			{Kind: exam.KindFacePresent, Verdict: exam.Pass}, {Kind: exam.KindFaceMatch, Verdict: exam.Pass}, {Kind: exam.KindLight, Verdict: exam.Pass},
		},
	}))
	p.want(200, "GET", path, nil, &body)
	if body.LengthMs != 84_000 || !slices.Equal(body.Good, []string{"landscape", "sound", "face"}) {
		t.Errorf("then %+v", body)
	}
	p.want(204, "DELETE", path, nil, nil)
	p.wantCode(refusal.NotFound, "GET", path+"/thumbnail", nil)
}

// thumbnail asks for a clip's picture as a browser that has one of that ETag
// does, and returns the picture's ETag.
func (p *phone) thumbnail(clip, tag string, status int, want string) string {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+clip+"/thumbnail", nil)
	must(p.t, err)
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	response, err := p.client.Do(request)
	must(p.t, err)
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	must(p.t, err)
	keep := response.Header.Get("Cache-Control")
	if response.StatusCode != status || string(got) != want || keep != "private, max-age=86400, immutable" {
		p.t.Errorf("asked with %q: %s %q, %s", tag, response.Status, got, keep)
	}
	return response.Header.Get("ETag")
}
