package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"kaodian/app/base/audit"
)

// watchedLog is an audit log in which something is wrong.
type watchedLog struct {
	mu         sync.Mutex
	whole, end error
}

// become is how it is from now on, while it is watched.
func (l *watchedLog) become(whole, end error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.whole, l.end = whole, end
}

func (l *watchedLog) is() (whole, end error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.whole, l.end
}

func (*watchedLog) AcceptGap(context.Context, string) error      { return nil }
func (*watchedLog) AuditEnd(context.Context) (audit.Line, error) { return audit.Line{}, nil }

func (l *watchedLog) VerifyAudit(context.Context) (int, error) {
	whole, _ := l.is()
	return 0, whole
}

func (l *watchedLog) CheckAuditEnd(context.Context) error {
	_, end := l.is()
	return end
}

// watch runs the watch of a log in a bubble's time, with what the program's log
// says.
func watch(t *testing.T, log *watchedLog, do func(w *AuditWatch, said *bytes.Buffer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		said := &bytes.Buffer{}
		w := &AuditWatch{Audit: &Audit{Common: Common{Program: "kaodian"}}, Log: slog.New(slog.NewTextHandler(said, nil)), Watched: log}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx) }()
		time.Sleep(25 * time.Second)
		synctest.Wait()
		do(w, said)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestAChangedLineStaysChanged(t *testing.T) {
	watch(t, &watchedLog{whole: fmt.Errorf("%w at line 2", audit.ErrChanged)}, func(w *AuditWatch, said *bytes.Buffer) {
		if got := strings.Count(said.String(), "changed at line 2"); got != 1 || !w.State().Broken || w.State().Cut {
			t.Errorf("said %d times, %+v", got, w.State())
		}
	})
}

func TestALogThatCannotBeCheckedIsNotCalledChanged(t *testing.T) {
	full := errors.New("write audit.head: no space left on device")
	watch(t, &watchedLog{whole: full, end: full}, func(w *AuditWatch, said *bytes.Buffer) {
		if got := strings.Count(said.String(), full.Error()); got != 1 || w.State().Broken {
			t.Errorf("said %d times, %+v", got, w.State())
		}
	})
}

func TestAFullDiskAccusesNobody(t *testing.T) {
	log := &watchedLog{end: &fs.PathError{Op: "write", Path: "audit.head", Err: syscall.ENOSPC}}
	watch(t, log, func(w *AuditWatch, _ *bytes.Buffer) {
		if s := w.State(); s.Broken || !s.Unchecked || !s.Full {
			t.Errorf("the witness could not be written: %+v", s)
		}
	})
	log = &watchedLog{whole: errors.New("disk I/O error")}
	watch(t, log, func(w *AuditWatch, _ *bytes.Buffer) {
		if s := w.State(); s.Broken || !s.Unchecked || s.Full {
			t.Errorf("the log could not be read: %+v", s)
		}
		log.become(audit.ErrChanged, nil)
		time.Sleep(checkEvery)
		synctest.Wait()
		if s := w.State(); !s.Broken || s.Unchecked {
			t.Errorf("once it could be read, it had been changed: %+v", s)
		}
	})
}

func TestAMissingEndIsSaidUntilItIsAccepted(t *testing.T) {
	log := &watchedLog{whole: audit.ErrCut, end: audit.ErrCut}
	watch(t, log, func(w *AuditWatch, said *bytes.Buffer) {
		if got := strings.Count(said.String(), "kaodian audit accept"); got != 1 || !w.State().Cut {
			t.Errorf("said %d times, %+v", got, w.State())
		}
		log.become(audit.ErrCut, nil)
		time.Sleep(checkEvery)
		synctest.Wait()
		if w.State().Broken {
			t.Errorf("after it was accepted: %+v", w.State())
		}
	})
}

func TestALineThatIsChangedWhileTheProgramServesIsNoticed(t *testing.T) {
	log := &watchedLog{}
	watch(t, log, func(w *AuditWatch, said *bytes.Buffer) {
		log.become(fmt.Errorf("%w at line 2", audit.ErrChanged), nil)
		time.Sleep(walkEvery)
		synctest.Wait()
		if got := strings.Count(said.String(), "changed at line 2"); got != 1 || !w.State().Broken {
			t.Errorf("said %d times, %+v", got, w.State())
		}
	})
}
