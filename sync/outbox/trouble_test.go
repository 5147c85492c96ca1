package outbox

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/textproto"
	"os"
	"syscall"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/sync/drop"
)

func TestARunsErrorHasOneWord(t *testing.T) {
	answered := func(code int) error { return fmt.Errorf("send a: %w", &textproto.Error{Code: code, Msg: "no"}) }
	for _, tc := range []struct {
		name string
		err  error
		want Trouble
	}{
		{"no error", nil, ""},
		{"a server that is away", drop.Temporary(fmt.Errorf("reach: %w", syscall.ECONNREFUSED)), Unreachable},
		{"a server that says goodbye", drop.Temporary(answered(421)), Unreachable},
		{"a wrong password", answered(530), LoginRefused},
		{"a server that is full", answered(552), Full},
		{"a server that is full for now", drop.Temporary(answered(452)), Full},
		{"a server that allows nothing", answered(550), NotAllowed},
		{"a stick that is full", drop.Temporary(&os.PathError{Op: "write", Err: syscall.ENOSPC}), Full},
		{"a stick that is locked", drop.Temporary(&os.PathError{Op: "open", Err: syscall.EROFS}), NotAllowed},
		{"a folder that is not ours", &os.PathError{Op: "open", Err: fs.ErrPermission}, NotAllowed},
		{"a certificate of nobody", &tls.CertificateVerificationError{Err: errors.New("who")}, NotTrusted},
		{"a batch that was refused, beside a line that broke", errors.Join(drop.Temporary(errors.New("cut")), refusedError(3, nil)), Refused},
		{"an original that is damaged", fmt.Errorf("seal: %w", &damageError{piece: piece{Media: store.Media{Role: "video"}}}), Damaged},
		{"anything else", errors.New("what"), Other},
	} {
		if got := TroubleOf(tc.err); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
