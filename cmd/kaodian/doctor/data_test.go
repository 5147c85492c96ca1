package doctor

import (
	"context"
	"errors"
	"testing"

	"kaodian/app/base/refusal"
)

// Only damaged data are called damaged: the next step is to stop the server and to
// bring a backup back.
func TestDataThatCouldNotBeReadAreNotCalledDamaged(t *testing.T) {
	over, end := context.WithCancel(t.Context())
	end()
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		want Code
	}{
		"a full disk":       {t.Context(), errors.Join(refusal.New(refusal.DiskFull), errors.New("no space left on device")), DataClosed},
		"a disk that fails": {t.Context(), errors.Join(refusal.New(refusal.StorageFailed), errors.New("input/output error")), DataClosed},
		"it took too long":  {over, errors.New("interrupted"), Hangs},
		"damage":            {t.Context(), errors.New("database disk image is malformed"), DataDamaged},
	} {
		if got := unread(c.ctx, c.err); got.Code != c.want || got.State != Wrong || got.Next == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
