package web

import (
	"net/http"
	"strings"
	"testing"

	"kaodian/app/province/store/storetest"
)

// What an older program took in is shown as far as it can be.
func TestStoredValuesThatNoPageCanShowStopNobody(t *testing.T) { // I7
	p := newProvince(t)
	p.receive("jinan", 1)
	for _, statement := range []string{
		"UPDATE findings SET value = 9e999, limit_value = -9e999",
		"UPDATE clips SET received_at = 4611686018427387904",
		"UPDATE attempts SET acknowledged_at = -9223372036854775807 - 1",
		"UPDATE ticks SET at = 253402300800000",
		"UPDATE marks SET at = 9223372036854775807",
		"UPDATE departures SET at = -62135596800001, clip_ms = 9223372036854775807",
		"UPDATE evidence SET from_ms = -9223372036854775807 - 1, to_ms = 9223372036854775807",
		"UPDATE orders SET name = 'a' || char(0) || CAST(x'ff' AS TEXT)",
		"UPDATE batches SET received_at = 9223372036854775807",
		"UPDATE installs SET enrolled_at = 9223372036854775807, revoked_at = -9223372036854775807 - 1",
		"UPDATE centres SET invited_at = 9223372036854775807",
	} {
		storetest.Exec(t, p.Folder(), statement)
		b := p.reviewer()
		for _, path := range []string{"/api/v1/centres", "/api/v1/batches", "/api/v1/clips"} {
			if response, text := b.ask("GET", path, ""); response.StatusCode != http.StatusOK {
				t.Errorf("%s: %s is %d %s", statement, path, response.StatusCode, text)
			}
		}
	}
	clip := get[clipPage](p.reviewer(), "/api/v1/clips").Clips[0]
	if clip.Findings[0].Value != nil || clip.ReceivedAt.Year() != 9999 {
		t.Errorf("got %+v", clip)
	}
}

func TestAPanicIsOneFailedRequest(t *testing.T) { // I7
	p := newProvince(t)
	b := p.reviewer()
	p.server.Store = nil
	if text := b.want(http.StatusInternalServerError, "GET", "/api/v1/me", ""); !strings.Contains(string(text), `"code":"internal"`) {
		t.Errorf("got %s", text)
	}
	b.want(http.StatusOK, "GET", "/healthz", "")
}
