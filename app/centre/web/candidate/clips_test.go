package candidate_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/web/webtest"
)

func TestVideosAreServedInParts(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	clip := p.Upload(p.Start().ID, "1", "0123456789")
	for asked, want := range map[string]string{"": "0123456789", "bytes=0-": "0123456789", "bytes=2-4": "234", "bytes=-3": "789", "bytes=8-99": "89", "seconds=2-4": "0123456789"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.URL+"/api/v1/clips/"+clip+"/video", nil)
		webtest.Must(t, err)
		if asked != "" {
			request.Header.Set("Range", asked)
		}
		response, err := p.Client.Do(request)
		webtest.Must(t, err)
		text, err := io.ReadAll(response.Body)
		webtest.Must(t, err)
		response.Body.Close()
		if string(text) != want {
			t.Errorf("Range %q: %s %q, want %q", asked, response.Status, text, want)
		}
	}
	p.Want(http.StatusNotFound, "GET", "/api/v1/clips/"+clip+"/video?as=rendition", nil, nil)
}

// A player that was let in reads on for two seconds unasked, and no longer.
func TestWhoLoggedOutReadsNoVideo(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Register("T2", "2")
	p, other := c.Candidate("T1", "1"), c.Candidate("T2", "2")
	attempt := p.Start().ID
	video := "/api/v1/clips/" + p.Upload(attempt, "1", "0123456789") + "/video"
	p.Want(http.StatusOK, "GET", video, nil, nil)
	other.Want(http.StatusNotFound, "GET", video, nil, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.URL+video, nil)
	webtest.Must(t, err)
	for _, cookie := range p.Client.Jar.Cookies(request.URL) {
		request.AddCookie(cookie)
	}
	p.Want(http.StatusNoContent, "POST", "/api/v1/logout", nil, nil)
	c.Clock.Advance(3 * time.Second)
	response, err := http.DefaultClient.Do(request)
	webtest.Must(t, err)
	response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("three seconds after the log-out: %s", response.Status)
	}

	again := c.Candidate("T1", "1")
	again.Want(http.StatusOK, "POST", "/api/v1/attempts/"+attempt+"/takeover", nil, nil)
	again.Want(http.StatusOK, "GET", video, nil, nil)
	again.Want(http.StatusNoContent, "DELETE", strings.TrimSuffix(video, "/video"), nil, nil)
	c.Clock.Advance(3 * time.Second)
	again.Want(http.StatusNotFound, "GET", video, nil, nil)
}

func TestARangeOfTheWholeIsAPart(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	clip := p.Upload(p.Start().ID, "1", "a video")
	for part, want := range map[string]int{"": 200, "bytes=0-": 206, "bytes=0-6": 206, "bytes=0-999": 206, "bytes=2-3": 206, "bytes=9-": 416} {
		p.Part = part
		if response := p.Call("GET", "/api/v1/clips/"+clip+"/video", nil, nil); response.StatusCode != want {
			t.Errorf("%q: %s, want %d", part, response.Status, want)
		}
	}
}

// R12: whoever deletes a new video reads before whether the one that it replaced comes back.
func TestR12APageKnowsWhatStandsBehindAVideo(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	attempt := p.Start().ID
	behind := func() (clip string, former bool) {
		var body struct {
			Items []struct {
				Clip   struct{ ID string }
				Former bool
			}
		}
		p.Want(http.StatusOK, "GET", "/api/v1/attempts/"+attempt, nil, &body)
		return body.Items[0].Clip.ID, body.Items[0].Former
	}
	first := p.Upload(attempt, "1", "a video")
	if _, former := behind(); former {
		t.Error("nothing was replaced yet")
	}
	second := p.Upload(attempt, "1", "another one")
	if clip, former := behind(); clip != second || !former {
		t.Errorf("replaced: %s, %t", clip, former)
	}
	p.Want(http.StatusNoContent, "DELETE", "/api/v1/clips/"+second, nil, nil)
	if clip, former := behind(); clip != first || former {
		t.Errorf("deleted: %s, %t, want the first again", clip, former)
	}
}
