package transport

import "testing"

const secureName = "kaodian.home.arpa"

func TestTheSecureAddressIsTheOneThatThePhoneKnows(t *testing.T) {
	own := &Secure{Name: secureName, Names: []string{secureName, "exam.lan"}, Port: "8443"}
	given := &Secure{Name: "exam.example", Names: []string{"exam.example"}, Port: "443", Trusted: true}
	for _, c := range []struct {
		secure     *Secure
		host, want string
	}{
		{own, "192.168.1.5:8080", "https://192.168.1.5:8443"},
		{own, "[fd00::5]:8080", "https://[fd00::5]:8443"},
		{own, "exam.lan", "https://exam.lan:8443"},
		{own, "captive.apple.com", "https://kaodian.home.arpa:8443"},
		{given, "192.168.1.5:8080", "https://exam.example"},
	} {
		if got := c.secure.URL(c.host); got != c.want {
			t.Errorf("a phone that came to %s is led to %s, want %s", c.host, got, c.want)
		}
	}
}
