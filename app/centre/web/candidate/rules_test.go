package candidate_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"kaodian/app/centre/rules"
	"kaodian/app/centre/web/candidate"
	"kaodian/app/centre/web/webtest"
)

// textOf is the body of a GET by a browser set to that language.
func textOf(p *webtest.Phone, path, browser string) string {
	p.T.Helper()
	request, err := http.NewRequestWithContext(p.T.Context(), http.MethodGet, p.URL+path, nil)
	webtest.Must(p.T, err)
	request.Header.Set("Accept-Language", browser)
	response, err := p.Client.Do(request)
	webtest.Must(p.T, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	webtest.Must(p.T, err)
	if response.StatusCode != http.StatusOK {
		p.T.Errorf("GET %s: %s %s", path, response.Status, text)
	}
	return string(text)
}

func TestR6_TheRulesAreDownloadedInTheLanguageOfThePage(t *testing.T) {
	c := webtest.New(t)
	c.Register("R0001", "370102201605060011")
	p := c.Candidate("R0001", "370102201605060011")
	var orders []webtest.Order
	p.Want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	rules := "/api/v1/orders/" + orders[0].ID + "/rules"

	const chinese, english = "<h1>考试规则说明</h1>", "<h1>Exam rules</h1>"
	for _, tc := range []struct{ name, query, browser, want string }{
		{"an English page in a Chinese browser", "?language=en", "zh-CN,zh;q=0.9", english},
		{"a Chinese page in an English browser", "?language=zh-CN", "en-GB,en;q=0.9", chinese},
		{"the bare address in an English browser", "", "en-GB,en;q=0.9", english},
		{"the bare address in any other", "", "fr", chinese},
		{"a language that we do not have", "?language=../en", "fr", chinese},
	} {
		if text := textOf(p, rules+"/download"+tc.query, tc.browser); !strings.Contains(text, tc.want) {
			t.Errorf("%s: %.30q, want %q", tc.name, text, tc.want)
		}
	}
	for page, query := range map[string]string{"en": "?language=en", "zh-CN": "?language=zh-CN", "": "?language=zh-CN"} {
		if text := textOf(p, rules, page); !strings.Contains(text, rules+"/download"+query+`"`) {
			t.Errorf("the page in %q has no link with %q: %.200s", page, query, text)
		}
	}
}

// R6: pictures, and the video with its words, in parts as players ask for it.
func TestR6_PicturesAndVideoAreServed(t *testing.T) {
	c := webtest.New(t)
	c.Register("R0002", "370102201605060012")
	p := c.Candidate("R0002", "370102201605060012")
	var orders []webtest.Order
	p.Want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	var answer struct {
		VideoURL     string `json:"video_url"`
		SubtitlesURL string `json:"subtitles_url"`
		Pictures     []candidate.RulesPictureBody
	}
	p.Want(http.StatusOK, "GET", "/api/v1/orders/"+orders[0].ID+"/rules", nil, &answer)
	if len(answer.Pictures) < 12 {
		t.Errorf("%d pictures", len(answer.Pictures))
	}
	for _, picture := range answer.Pictures {
		if text := textOf(p, picture.URL, "zh-CN"); !strings.HasPrefix(text, "<svg ") {
			t.Errorf("%s: %.40q", picture.URL, text)
		}
	}
	p.Want(http.StatusNotFound, "GET", "/api/v1/rules/pictures/nothing", nil, nil)
	p.Want(http.StatusNotFound, "GET", "/api/v1/rules/subtitles/fr", nil, nil)
	if rules.Video() == nil {
		if answer.VideoURL != "" {
			t.Error("a video that was not made is offered")
		}
		t.Skip("the rules' video was not made; run: make build")
	}
	if text := textOf(p, answer.SubtitlesURL, "zh-CN"); !strings.HasPrefix(text, "WEBVTT") {
		t.Errorf("%.40q", text)
	}
	if len(rules.Video()) > 4<<20 {
		t.Errorf("the video has %d bytes", len(rules.Video()))
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+answer.VideoURL, nil)
	webtest.Must(t, err)
	request.Header.Set("Range", "bytes=4-7")
	response, err := p.Client.Do(request)
	webtest.Must(t, err)
	defer response.Body.Close()
	part, err := io.ReadAll(response.Body)
	webtest.Must(t, err)
	if response.StatusCode != http.StatusPartialContent || string(part) != "ftyp" {
		t.Errorf("%s %q", response.Status, part)
	}
}
