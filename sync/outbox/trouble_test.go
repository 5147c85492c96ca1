package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/sync/drop"
)

func TestARunsErrorHasOneWord(t *testing.T) {
	for _, tc := range []struct {
		name string
		err  error
		want Trouble
	}{
		{"no error", nil, ""},
		{"a server that is away", drop.Because(drop.Unreachable, drop.Temporary(fmt.Errorf("reach: %w", syscall.ECONNREFUSED))), "unreachable"},
		{"a drop that does not say more", drop.Temporary(errors.New("gone")), "unreachable"},
		{"a wrong password", fmt.Errorf("send a: %w", drop.Because(drop.LoginRefused, errors.New("530"))), "login_refused"},
		{"a server that is full", drop.Because(drop.Full, &os.PathError{Op: "write", Err: syscall.ENOSPC}), "drop_full"},
		{"a certificate that was changed", drop.Because(drop.CertificateChanged, errors.New("who")), "certificate_changed"},
		{"this box is full", &os.PathError{Op: "write", Err: syscall.ENOSPC}, Full},
		{"a folder that is not ours", &os.PathError{Op: "open", Err: fs.ErrPermission}, NotOurs},
		{"a batch that was refused, beside a line that broke", errors.Join(drop.Because(drop.Unreachable, errors.New("cut")), refusedError(3, nil)), Refused},
		{"an original that is damaged", fmt.Errorf("seal: %w", &damageError{piece: piece{Media: store.Media{Role: "video"}}}), Damaged},
		{"anything else", errors.New("what"), Other},
	} {
		if got := TroubleOf(tc.err); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
