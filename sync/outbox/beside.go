package outbox

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// A run tells the other processes on the data folder how far it is: in a file
// that it holds locked, so that nobody believes what a killed one left. It is not
// the lock of the run itself, which a reader would take from a run that begins.

func besideFile(folder string) string { return filepath.Join(folder, "sync.progress") }

const (
	// besideEvery is how often the file is written while a stage goes on.
	besideEvery = 3 * time.Second
	// besideWait is how long a reader may keep the run from its lock.
	besideWait = time.Second
)

// tellBeside begins to tell; a run that cannot do so goes on untold.
func (o *Outbox) tellBeside(ctx context.Context) (stop func()) {
	lock := flock.New(besideFile(o.Folder), flock.SetPermissions(0o600))
	wait, cancel := context.WithTimeout(ctx, besideWait)
	defer cancel()
	if taken, err := lock.TryLockContext(wait, 10*time.Millisecond); err != nil || !taken {
		return func() {}
	}
	o.writeBeside()
	ended, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		every := time.NewTicker(besideEvery)
		defer every.Stop()
		for {
			select {
			case <-ended:
				return
			case <-o.meter.begun():
			case <-every.C:
			}
			o.writeBeside()
		}
	}()
	return func() {
		close(ended)
		<-told
		_ = lock.Close() // it goes with the file at the latest
	}
}

// writeBeside writes how far the run is. It is no fault of the run if it cannot:
// the others learn only that it goes on.
func (o *Outbox) writeBeside() {
	now, _ := o.Progress()
	if text, err := json.Marshal(now); err == nil {
		_ = os.WriteFile(besideFile(o.Folder), text, 0o600)
	}
}

// beside is how far another process's run is, with an empty stage where that is
// not known; false without one.
func beside(folder string) (now Progress, sending bool) {
	if _, err := os.Stat(besideFile(folder)); err != nil { // nothing was ever sent: a reader makes no file
		return Progress{}, false
	}
	lock := flock.New(besideFile(folder), flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	defer lock.Close()
	if err != nil || free {
		return Progress{}, false
	}
	text, err := os.ReadFile(besideFile(folder))
	if err != nil || json.Unmarshal(text, &now) != nil { // it is being written at this moment
		return Progress{}, true
	}
	return now, true
}
