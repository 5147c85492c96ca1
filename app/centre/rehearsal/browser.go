package rehearsal

import (
	"regexp"
	"strings"
)

// browsers by what their header says, the more particular first.
var browsers = []struct{ mark, name string }{
	{"MicroMessenger", "WeChat"}, {"HuaweiBrowser", "HUAWEI"}, {"MiuiBrowser", "Mi"}, {"HeyTapBrowser", "HeyTap"}, {"VivoBrowser", "vivo"},
	{"SamsungBrowser", "Samsung Internet"}, {"MQQBrowser", "QQ"}, {"UCBrowser", "UC"}, {"EdgA/", "Edge"}, {"EdgiOS", "Edge"}, {"Edg/", "Edge"},
	{"OPR/", "Opera"}, {"FxiOS", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
}

// androidModel is what stands between the version and «Build» or the bracket's
// end; newer browsers say «K» for every phone.
var androidModel = regexp.MustCompile(`Android [^;)]*; ([^;)]{2,40}?)(?: Build/[^;)]*)?[;)]`)

const maxBrowser = 48 // letters

// Browser is a phone's make and browser as its header tells them, for a person
// to know the phone by.
func Browser(agent string) string {
	parts := []string{}
	if system := systemOf(agent); system != "" {
		parts = append(parts, system)
	}
	for _, one := range browsers {
		if strings.Contains(agent, one.mark) {
			parts = append(parts, one.name)
			break
		}
	}
	return cut(strings.Join(parts, " · "))
}

func systemOf(agent string) string {
	if model := androidModel.FindStringSubmatch(agent); model != nil && !strings.ContainsFunc(model[1], unprintable) {
		return model[1]
	}
	for _, name := range []string{"iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux"} {
		if strings.Contains(agent, name) {
			return name
		}
	}
	return ""
}

func unprintable(r rune) bool { return r < ' ' || r > '~' }

func cut(text string) string {
	if letters := []rune(text); len(letters) > maxBrowser {
		return string(letters[:maxBrowser])
	}
	return text
}
