package doctor

import (
	"crypto/x509"
	"testing"
	"time"
)

// A certificate of 47 days is well for two thirds of them, one of years until a
// month before its end.
func TestACertificateWarnsWhenAThirdOfItIsLeft(t *testing.T) {
	const day = 24 * time.Hour
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		life, after time.Duration
		want        State
	}{
		{47 * day, 20 * day, Good},
		{47 * day, 33 * day, Attention},
		{47 * day, 48 * day, Wrong},
		{3650 * day, 3600 * day, Good},
		{3650 * day, 3625 * day, Attention},
	} {
		certificate := &x509.Certificate{NotBefore: from, NotAfter: from.Add(c.life)}
		if got := certificateCheck(certificate, from.Add(c.after), "").State; got != c.want {
			t.Errorf("%v of %v: %v, want %v", c.after, c.life, got, c.want)
		}
	}
}
