package candidate_test

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
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// R15, R19: a card's picture is the person's own, kept by the phone while the
// clip is there, and its words are those that help, never the comparison.
func TestR19_TheCardOfAClip(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Register("T2", "2")
	p, other := c.Candidate("T1", "1"), c.Candidate("T2", "2")
	attempt := p.Start().ID
	clip := p.Upload(attempt, "1", "0123456789")
	path := "/api/v1/clips/" + clip
	p.WantCode(refusal.NotFound, "GET", path+"/thumbnail", nil)

	file := filepath.Join(c.Server.Folder, store.ThumbnailFile(clip))
	webtest.Must(t, os.MkdirAll(filepath.Dir(file), 0o700))
	webtest.Must(t, os.WriteFile(file, []byte("picture"), 0o600))
	webtest.Must(t, c.RecordFirstLook(t.Context(), clip, store.FirstLook{
		Hints: []string{exam.HintTooDark}, Good: []string{exam.GoodLandscape, exam.GoodFace}, Duration: 83 * time.Second, Thumbnail: true,
	}))
	var body webtest.Clip
	p.Want(200, "GET", path, nil, &body)
	if !body.Thumbnail || body.LengthMs != 83_000 || !slices.Equal(body.Good, []string{"landscape", "face"}) || !slices.Equal(body.Hints, []string{"too_dark"}) {
		t.Errorf("the card knows %+v", body)
	}
	tag := thumbnail(p, path, "", http.StatusOK, "picture")
	thumbnail(p, path, tag, http.StatusNotModified, "")
	thumbnail(p, path, `"another"`, http.StatusOK, "picture")
	other.WantCode(refusal.NotFound, "GET", path+"/thumbnail", nil)
	c.Phone().WantCode(login.Needed, "GET", path+"/thumbnail", nil)

	webtest.Must(t, c.RecordInspection(t.Context(), clip, store.Inspection{
		SHA256: "s", MediaType: "video/mp4", Measurement: exam.Measurement{Duration: 84 * time.Second}, Thumbnail: true,
		Findings: []exam.Finding{
			{Kind: exam.KindReadable, Verdict: exam.Pass}, {Kind: exam.KindOrientation, Verdict: exam.Pass}, {Kind: exam.KindSound, Verdict: exam.Pass},
			{Kind: exam.KindFacePresent, Verdict: exam.Pass}, {Kind: exam.KindFaceMatch, Verdict: exam.Pass}, {Kind: exam.KindLight, Verdict: exam.Pass},
		},
	}))
	p.Want(200, "GET", path, nil, &body)
	if body.LengthMs != 84_000 || !slices.Equal(body.Good, []string{"landscape", "sound", "face"}) {
		t.Errorf("then %+v", body)
	}
	p.Want(204, "DELETE", path, nil, nil)
	p.WantCode(refusal.NotFound, "GET", path+"/thumbnail", nil)
}

// thumbnail asks for a clip's picture as a browser that has one of that ETag
// does, and returns the picture's ETag.
func thumbnail(p *webtest.Phone, clip, tag string, status int, want string) string {
	p.T.Helper()
	request, err := http.NewRequestWithContext(p.T.Context(), http.MethodGet, p.URL+clip+"/thumbnail", nil)
	webtest.Must(p.T, err)
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	response, err := p.Client.Do(request)
	webtest.Must(p.T, err)
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	webtest.Must(p.T, err)
	keep := response.Header.Get("Cache-Control")
	if response.StatusCode != status || string(got) != want || keep != "private, max-age=86400, immutable" {
		p.T.Errorf("asked with %q: %s %q, %s", tag, response.Status, got, keep)
	}
	return response.Header.Get("ETag")
}
