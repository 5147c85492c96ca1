package web

import (
	"io"
	"net/http"
	"strings"
	"testing"
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

	const chinese, english = "# 考试规则说明", "# Exam rules"
	for _, tc := range []struct{ name, query, browser, want string }{
		{"an English page in a Chinese browser", "?language=en", "zh-CN,zh;q=0.9", english},
		{"a Chinese page in an English browser", "?language=zh-CN", "en-GB,en;q=0.9", chinese},
		{"the bare address in an English browser", "", "en-GB,en;q=0.9", english},
		{"the bare address in any other", "", "fr", chinese},
		{"a language that we do not have", "?language=../en", "fr", chinese},
	} {
		if text := p.text(rules+"/download"+tc.query, tc.browser); !strings.HasPrefix(text, tc.want) {
			t.Errorf("%s: %.30q, want %q", tc.name, text, tc.want)
		}
	}
	for page, query := range map[string]string{"en": "?language=en", "zh-CN": "?language=zh-CN", "": "?language=zh-CN"} {
		if text := p.text(rules, page); !strings.Contains(text, rules+"/download"+query+`"`) {
			t.Errorf("the page in %q has no link with %q: %.200s", page, query, text)
		}
	}
}
