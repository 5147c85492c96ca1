package web

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"kaodian/app/centre/rules"
)

// text is the body of a GET by a browser set to that language.
func (p *phone) text(path, browser string) string {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, nil)
	must(p.t, err)
	request.Header.Set("Accept-Language", browser)
	response, err := p.client.Do(request)
	must(p.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(p.t, err)
	if response.StatusCode != http.StatusOK {
		p.t.Errorf("GET %s: %s %s", path, response.Status, text)
	}
	return string(text)
}

func TestR6_TheRulesAreDownloadedInTheLanguageOfThePage(t *testing.T) {
	c := newCentre(t)
	c.register("R0001", "370102201605060011")
	p := c.candidate("R0001", "370102201605060011")
	var orders []orderBody
	p.want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	rules := "/api/v1/orders/" + orders[0].ID + "/rules"

	const chinese, english = "<h1>考试规则说明</h1>", "<h1>Exam rules</h1>"
	for _, tc := range []struct{ name, query, browser, want string }{
		{"an English page in a Chinese browser", "?language=en", "zh-CN,zh;q=0.9", english},
		{"a Chinese page in an English browser", "?language=zh-CN", "en-GB,en;q=0.9", chinese},
		{"the bare address in an English browser", "", "en-GB,en;q=0.9", english},
		{"the bare address in any other", "", "fr", chinese},
		{"a language that we do not have", "?language=../en", "fr", chinese},
	} {
		if text := p.text(rules+"/download"+tc.query, tc.browser); !strings.Contains(text, tc.want) {
			t.Errorf("%s: %.30q, want %q", tc.name, text, tc.want)
		}
	}
	for page, query := range map[string]string{"en": "?language=en", "zh-CN": "?language=zh-CN", "": "?language=zh-CN"} {
		if text := p.text(rules, page); !strings.Contains(text, rules+"/download"+query+`"`) {
			t.Errorf("the page in %q has no link with %q: %.200s", page, query, text)
		}
	}
}

// R6: pictures, and the video with its words, in parts as players ask for it.
func TestR6_PicturesAndVideoAreServed(t *testing.T) {
	c := newCentre(t)
	c.register("R0002", "370102201605060012")
	p := c.candidate("R0002", "370102201605060012")
	var orders []orderBody
	p.want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	var answer struct {
		VideoURL     string `json:"video_url"`
		SubtitlesURL string `json:"subtitles_url"`
		Pictures     []rulesPictureBody
	}
	p.want(http.StatusOK, "GET", "/api/v1/orders/"+orders[0].ID+"/rules", nil, &answer)
	if len(answer.Pictures) < 12 {
		t.Errorf("%d pictures", len(answer.Pictures))
	}
	for _, picture := range answer.Pictures {
		if text := p.text(picture.URL, "zh-CN"); !strings.HasPrefix(text, "<svg ") {
			t.Errorf("%s: %.40q", picture.URL, text)
		}
	}
	p.want(http.StatusNotFound, "GET", "/api/v1/rules/pictures/nothing", nil, nil)
	p.want(http.StatusNotFound, "GET", "/api/v1/rules/subtitles/fr", nil, nil)
	if rules.Video() == nil {
		if answer.VideoURL != "" {
			t.Error("a video that was not made is offered")
		}
		t.Skip("the rules' video was not made; run: make build")
	}
	if text := p.text(answer.SubtitlesURL, "zh-CN"); !strings.HasPrefix(text, "WEBVTT") {
		t.Errorf("%.40q", text)
	}
	if len(rules.Video()) > 4<<20 {
		t.Errorf("the video has %d bytes", len(rules.Video()))
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+answer.VideoURL, nil)
	must(t, err)
	request.Header.Set("Range", "bytes=4-7")
	response, err := p.client.Do(request)
	must(t, err)
	defer response.Body.Close()
	part, err := io.ReadAll(response.Body)
	must(t, err)
	if response.StatusCode != http.StatusPartialContent || string(part) != "ftyp" {
		t.Errorf("%s %q", response.Status, part)
	}
}
