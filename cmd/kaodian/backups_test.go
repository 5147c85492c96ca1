package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/centre/web/staff"
	"kaodian/sync/backup"
	"kaodian/sync/seal"
)

// desk is an administrator's browser at a served centre.
type desk struct{ *visitor }

func openDesk(t *testing.T, data string) (*program, desk) {
	t.Helper()
	if _, complained, status := typed(t, "long enough\n", "user", "add", "wang", "--role", "administrator", "--data", data); status != 0 {
		t.Fatalf("user add: %d %s", status, complained)
	}
	p := startProgram(t, data)
	d := desk{p.visitor(t, "")}
	d.want(http.StatusOK, "POST", "/api/v1/staff/login", map[string]string{"name": "wang", "password": "long enough"}, nil)
	return p, d
}

func (d desk) backups() (state staff.BackupState) {
	d.t.Helper()
	d.want(http.StatusOK, "GET", "/api/v1/staff/backups", nil, &state)
	return state
}

// refused wants that code of a call.
func (d desk) refused(code, path string, body any) {
	d.t.Helper()
	status, answer := d.call("POST", path, body)
	var problem struct{ Code string }
	must(d.t, json.Unmarshal(answer, &problem))
	if problem.Code != code {
		d.t.Errorf("POST %s %v: %d %s, want %s", path, body, status, answer, code)
	}
}

// writeKey makes the key and writes it down.
func (d desk) writeKey(replace bool) string {
	d.t.Helper()
	var key staff.BackupKey
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/key", map[string]bool{"replace": replace}, &key)
	return key.Key
}

func (d desk) keep(key string) {
	d.t.Helper()
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/key/keep", map[string]string{"end": " " + strings.ToLower(key[len(key)-8:])}, nil)
}

// awaitMade waits for a backup that was found to come back after that moment.
func (d desk) awaitMade(after time.Time) (state staff.BackupState) {
	d.t.Helper()
	d.p.await(d.t, "make a backup", func() bool {
		state = d.backups()
		return state.Now == nil && (state.CheckedAt.After(after) || !state.FailedAt.IsZero())
	})
	if !state.FailedAt.IsZero() || state.Old {
		d.t.Fatalf("%+v", state)
	}
	return state
}

// awaitFailure waits for the end of a run that failed so.
func (d desk) awaitFailure(failure string) {
	d.t.Helper()
	d.p.await(d.t, "say «"+failure+"»", func() bool { state := d.backups(); return state.Now == nil && state.Failure == failure })
}

// From the page alone: a key on paper, a disk, a backup by itself and one that is
// asked for; and the paper brings it back.
func TestTheDeskMakesBackupsThatThePaperBringsBack(t *testing.T) {
	disk, data := smallDisk(t, 64<<20), emptyCentre(t)
	p, d := openDesk(t, data)
	if state := d.backups(); !state.Old || !state.KeyMadeAt.IsZero() || state.Place != "" || !state.NextDue.IsZero() {
		t.Errorf("at first: %+v", state)
	}
	d.refused("backup_no_key", "/api/v1/staff/backups", nil)
	d.refused("backup_key_gone", "/api/v1/staff/backups/key/keep", map[string]string{"end": "ABCDEFGH"})

	first, key := d.writeKey(false), d.writeKey(false)
	d.refused("backup_key_gone", "/api/v1/staff/backups/key/keep", map[string]string{"end": first[len(first)-8:]}) // another window's is shown now
	d.refused("backup_key_wrong", "/api/v1/staff/backups/key/keep", map[string]string{"end": key[:8]})
	if state := d.backups(); !state.KeyMadeAt.IsZero() {
		t.Error("a key was kept that nobody wrote down")
	}
	d.keep(key)
	d.refused("backup_has_key", "/api/v1/staff/backups/key", map[string]bool{})
	d.refused("backup_no_place", "/api/v1/staff/backups", nil)

	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/place", map[string]string{"place": disk}, nil)
	made := d.awaitMade(time.Time{}) // without any, one is due at once
	if made.Place != disk || made.Free == 0 || !made.NextDue.After(time.Now()) {
		t.Errorf("after the first: %+v", made)
	}
	must(t, os.WriteFile(filepath.Join(data, "vault", "clips", "one"), []byte("a clip"), 0o600))
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups", nil, nil)
	d.awaitMade(made.CheckedAt)
	p.stop(t)

	paper, to := filepath.Join(t.TempDir(), "paper"), filepath.Join(t.TempDir(), "restored")
	typedOff := strings.ToLower(key[:16] + " " + key[16:40] + "  " + key[40:]) // in groups, as people type
	must(t, os.WriteFile(paper, []byte(typedOff), 0o600))
	mustSay(t, "restore", "--from", disk, "--data", to, "--identity", paper)
	if text, err := os.ReadFile(filepath.Join(to, "vault", "clips", "one")); err != nil || string(text) != "a clip" {
		t.Errorf("brought back: %q %v", text, err)
	}
	if said := mustSay(t, "audit", "verify", "--data", to); !strings.Contains(said, "unbroken") {
		t.Errorf("audit verify: %q", said)
	}
}

// What cannot take a backup is refused before it is used, and told when it turns
// out later.
func TestAPlaceThatTakesNoBackupIsTold(t *testing.T) {
	disk, data := smallDisk(t, 64<<20), emptyCentre(t)
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	_, d := openDesk(t, data)
	for place, code := range map[string]string{
		"media/stick": "backup_place_wrong", "/media/../etc": "backup_place_wrong", "/media/a\nb": "backup_place_wrong",
		"/media/no-such-stick": "backup_place_gone", file: "backup_place_gone", data: "backup_place_inside", t.TempDir(): "backup_place_inside", "/proc": "backup_place_closed",
	} {
		d.refused(code, "/api/v1/staff/backups/place", map[string]string{"place": place})
		d.refused(code, "/api/v1/staff/settings/backup.place", map[string]string{"value": place})
	}
	must(t, os.Mkdir(filepath.Join(disk, "stick"), 0o700))
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/place", map[string]string{"place": filepath.Join(disk, "stick") + "/"}, nil)
	if place := d.backups().Place; place != filepath.Join(disk, "stick") {
		t.Errorf("the place is %q", place)
	}
	must(t, os.Remove(filepath.Join(disk, "stick"))) // pulled out
	if state := d.backups(); state.Wrong != "backup_place_gone" {
		t.Errorf("of a stick that went away: %+v", state)
	}
	d.keep(d.writeKey(false)) // and one is due at once
	d.awaitFailure("gone")
	d.refused("backup_place_gone", "/api/v1/staff/backups", nil)

	must(t, os.Mkdir(filepath.Join(disk, "stick"), 0o700))
	fill(t, filepath.Join(disk, "full"))
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups", nil, nil)
	d.awaitFailure("no_room")
	must(t, os.Remove(filepath.Join(disk, "full")))
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups", nil, nil)
	made := d.awaitMade(time.Time{})

	// The next paper: what was made before still needs the former one.
	key := d.writeKey(true)
	if state := d.backups(); state.Old || state.Former {
		t.Errorf("while the next key is shown only: %+v", state)
	}
	fill(t, filepath.Join(disk, "full")) // so that none is made for it yet
	d.keep(key)
	d.awaitFailure("no_room")
	if state := d.backups(); !state.Old || !state.Former {
		t.Errorf("with backups of a former paper only: %+v", state)
	}
	must(t, os.Remove(filepath.Join(disk, "full")))
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/place", map[string]string{"place": filepath.Join(disk, "stick")}, nil)
	if state := d.awaitMade(made.CheckedAt); state.Former { // at once, although one failed just now
		t.Errorf("with one of the new paper: %+v", state)
	}
}

// Over plain HTTP the key goes to the machine itself only, whatever name it was
// asked for by: a proxy, or a line in somebody's hosts, may call it localhost.
func TestTheKeyIsShownToNobodyOnTheWiFi(t *testing.T) {
	p, d := openDesk(t, emptyCentre(t))
	phone := desk{p.visitor(t, "")}
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	phone.client.Transport = &http.Transport{DialContext: from.DialContext}
	phone.want(http.StatusOK, "POST", "/api/v1/staff/login", map[string]string{"name": "wang", "password": "long enough"}, nil)
	phone.refused("backup_key_exposed", "/api/v1/staff/backups/key", map[string]bool{})
	d.writeKey(false)
}

// A run that is killed is told, nothing of it counts, and the next one goes on.
func TestABackupThatIsKilledIsToldAndGoesOn(t *testing.T) {
	disk, data := smallDisk(t, 2<<30), emptyCentre(t)
	must(t, os.MkdirAll(filepath.Join(data, "vault", "clips"), 0o700))
	must(t, os.WriteFile(filepath.Join(data, "vault", "clips", "large"), make([]byte, 256<<20), 0o600))
	p, d := openDesk(t, data)
	key := d.writeKey(false)
	if _, err := seal.ParseIdentity(key); err != nil {
		t.Fatal(err)
	}
	d.keep(key)
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/place", map[string]string{"place": disk}, nil)
	child := 0
	p.await(t, "begin", func() bool { child = childOf(t, p.Process.Pid, "backup"); return child != 0 })
	if nice, err := unix.Getpriority(unix.PRIO_PROCESS, child); err != nil || nice != 1 { // 20 less the value, as the kernel answers
		t.Errorf("the priority of the child: %d %v, want the lowest", nice, err)
	}
	d.refused("backup_runs", "/api/v1/staff/backups", nil)
	must(t, unix.Kill(child, unix.SIGKILL))
	d.awaitFailure("stopped")
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups", nil, nil)
	d.awaitMade(time.Time{})

	made := d.backups()
	must(t, os.WriteFile(filepath.Join(data, "vault", "clips", "another"), bytes.Repeat([]byte("video"), 60<<20), 0o600))
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups", nil, nil)
	p.await(t, "begin again", func() bool { return childOf(t, p.Process.Pid, "backup") != 0 })
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/stop", nil, nil)
	p.await(t, "stop", func() bool { return d.backups().Now == nil })
	if state := d.backups(); !state.FailedAt.IsZero() || !state.CheckedAt.Equal(made.CheckedAt) {
		t.Errorf("of a run that staff stopped: %+v", state)
	}

	// One that is due is not begun again before the schedule's next time.
	d.keep(d.writeKey(true))
	p.await(t, "begin by itself", func() bool { return childOf(t, p.Process.Pid, "backup") != 0 })
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/stop", nil, nil)
	p.await(t, "stop that one", func() bool { return d.backups().Now == nil })
	if state := d.backups(); !state.NextDue.After(time.Now()) {
		t.Errorf("of a run that was due and stopped: %+v", state)
	}
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/stop", nil, nil) // there is none
	db := storetest.Open(t, filepath.Join(data, databaseName))
	defer db.Close()
	stops := 0
	must(t, db.QueryRow("SELECT count(*) FROM audit WHERE action = 'backup_stopped'").Scan(&stops))
	if stops != 2 {
		t.Errorf("the audit log has %d stops, of two", stops)
	}
}

// deadShare mounts a share whose server answers nothing, and gives the connection,
// whose end ends those who wait for it.
func deadShare(t *testing.T, folder string) *os.File {
	t.Helper()
	server, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("SKIPPED: no share can be simulated here (%v); run it as root where /dev/fuse is", err)
	}
	how := fmt.Sprintf("fd=%d,rootmode=40000,user_id=0,group_id=0", server.Fd())
	if err := unix.Mount("share", folder, "fuse", 0, how); err != nil {
		t.Skipf("SKIPPED: no share can be mounted here (%v); run it as root", err)
	}
	t.Cleanup(func() {
		_ = server.Close() // it may be
		must(t, unix.Unmount(folder, unix.MNT_DETACH))
	})
	return server
}

// A look at a share that is dead keeps nobody waiting, and only one goes on; staff
// can choose another place meanwhile.
func TestADeadShareKeepsNobodyWaiting(t *testing.T) {
	disk, data, dead := smallDisk(t, 64<<20), emptyCentre(t), t.TempDir()
	_, d := openDesk(t, data)
	deadShare(t, dead)
	d.keep(d.writeKey(false))
	d.refused("backup_place_gone", "/api/v1/staff/backups/place", map[string]string{"place": dead})
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/place", map[string]string{"place": disk}, nil)
	d.awaitMade(time.Time{})
}

func TestOneLookAtADeadPlaceGoesOn(t *testing.T) {
	dead, asked := make(chan struct{}), atomic.Int32{}
	b := &backups{see: func(string) seenPlace {
		asked.Add(1)
		<-dead
		return seenPlace{free: 7}
	}}
	for range 2 {
		if seen := b.look(t.Context(), "/media/share"); seen.wrong != store.BackupPlaceGone {
			t.Errorf("of a dead one: %+v", seen)
		}
		if place := b.list(t.Context(), "/media/share", "nfs"); place != nil {
			t.Errorf("a dead one is listed: %+v", place)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times at once", asked.Load())
	}
	close(dead)
	if seen := b.look(t.Context(), "/media/share"); seen.wrong != "" || seen.free != 7 {
		t.Errorf("of one that answers: %+v", seen)
	}
}

// A run that stands still is ended, and told: a share that hangs keeps it for ever.
func TestARunThatStandsStillIsEnded(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	child := exec.CommandContext(ctx, "sleep", "1000")
	told, err := child.StdoutPipe()
	must(t, err)
	b := &backups{hang: time.Millisecond}
	if err := b.follow(child, told, &madeNow{stop: stop}); err == nil || !errors.Is(context.Cause(ctx), errHung) {
		t.Errorf("it ended with %v, for %v", err, context.Cause(ctx))
	}
	if failure := failureOf(errHung); failure != backupHung {
		t.Errorf("it is told as %q", failure)
	}
}

// A key file that a power cut left empty is told, and another key is made on the page.
func TestAKeyThatIsDamagedIsReplacedOnThePage(t *testing.T) {
	disk, data := smallDisk(t, 64<<20), emptyCentre(t)
	_, d := openDesk(t, data)
	for _, file := range []string{"backup.json", "backup.age"} {
		d.keep(d.writeKey(true))
		must(t, os.WriteFile(filepath.Join(data, "keys", file), nil, 0o600))
		if state := d.backups(); !state.KeyBroken || !state.KeyMadeAt.IsZero() || !state.NextDue.IsZero() {
			t.Errorf("with an empty %s: %+v", file, state)
		}
		d.want(http.StatusOK, "POST", "/api/v1/staff/backups/place", map[string]string{"place": disk}, nil)
		d.refused("backup_no_key", "/api/v1/staff/backups", nil)
	}
	d.keep(d.writeKey(false))
	if state := d.awaitMade(time.Time{}); state.KeyBroken {
		t.Errorf("with a new key: %+v", state)
	}
}

// That one waits for those who sit is said only where somebody sits.
func TestABackupThatIsDueWaitsForThoseWhoSit(t *testing.T) {
	disk, data := smallDisk(t, 64<<20), centreOfOne(t)
	p, d := openDesk(t, data)
	d.keep(d.writeKey(false))
	if state := d.backups(); state.Waits {
		t.Errorf("without a place: %+v", state)
	}
	p.visitor(t, "T1").begin()
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/place", map[string]string{"place": disk}, nil)
	if state := d.backups(); !state.Waits || state.Now != nil {
		t.Errorf("while one sits: %+v", state)
	}
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups", nil, nil) // whoever asks has it made
	if state := d.awaitMade(time.Time{}); state.Waits {
		t.Errorf("with a good one: %+v", state)
	}
}

// Who names the folder is said as it is: a file cannot be changed that is none.
func TestTheFolderOfTheEnvironmentIsSaidToBeItsOwn(t *testing.T) {
	t.Setenv("KAODIAN_BACKUP_PLACE", "/media/backup")
	_, d := openDesk(t, emptyCentre(t))
	if state := d.backups(); state.Fixed != string(staff.FromEnvironment) || state.Place != "/media/backup" {
		t.Errorf("%+v", state)
	}
	d.refused("setting_fixed", "/api/v1/staff/backups/place", map[string]string{"place": ""})
}

// A run that somebody started by a command is told of, not taken for a failure of
// the stick; a key is not replaced in its middle.
func TestARunByACommandIsNotDisturbed(t *testing.T) {
	disk, data := smallDisk(t, 64<<20), emptyCentre(t)
	_, d := openDesk(t, data)
	mine := d.writeKey(false)
	paper := strings.Fields(mustSay(t, "backup", "key", "--data", data))[0]
	d.refused("backup_has_key", "/api/v1/staff/backups/key/keep", map[string]string{"end": mine[len(mine)-8:]})
	key := d.writeKey(true)
	if !strings.HasPrefix(paper, "AGE-SECRET-KEY-1") {
		t.Errorf("the command printed %q", paper)
	}
	lock, err := backup.Lock(data)
	must(t, err)
	d.refused("backup_runs", "/api/v1/staff/backups/key/keep", map[string]string{"end": key[len(key)-8:]})
	must(t, lock.Close())
	d.keep(key)
	lock, err = backup.Lock(data)
	must(t, err)
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups/place", map[string]string{"place": disk}, nil)
	d.awaitFailure("busy") // one was due at once
	d.refused("backup_runs", "/api/v1/staff/backups", nil)
	must(t, lock.Close())
	d.want(http.StatusOK, "POST", "/api/v1/staff/backups", nil, nil)
	d.awaitMade(time.Time{})
}

// A stick is not blamed for the centre's own disk, and a share whose server went
// away is one that is gone.
func TestWhoseDiskFailedIsTold(t *testing.T) {
	data, gone := emptyCentre(t), t.TempDir()
	newSafe(t, data)
	must(t, deadShare(t, gone).Close()) // whatever asks it gets an error now
	fails := func(to string, want backupFailure) {
		t.Helper()
		_, complained, status := typed(t, "", "backup", "--to", to, "--data", data)
		var s backupState
		var text string
		db := storetest.Open(t, filepath.Join(data, databaseName))
		defer db.Close()
		must(t, db.QueryRow("SELECT value FROM settings WHERE name = ?", backupSetting).Scan(&text))
		must(t, json.Unmarshal([]byte(text), &s))
		if status == 0 || s.Failure != want {
			t.Errorf("%d %q is told as %q, want %q", status, complained, s.Failure, want)
		}
	}
	fails(gone, backupGone)
	must(t, deadShare(t, filepath.Join(data, "vault", "clips")).Close())
	fails(t.TempDir(), backupOwn)
}

// What runs left that were cut off is no reason to ask for a larger stick.
func TestWhatCutOffRunsLeftMakesRoom(t *testing.T) {
	b := newSafe(t, emptyCentre(t))
	b.disk = smallDisk(t, 32<<20)
	first := b.backUp()
	lists, err := filepath.Glob(filepath.Join(b.disk, "kaodian-backup", "*", first.Backup))
	must(t, err)
	left := filepath.Join(filepath.Dir(lists[0]), "00", strings.Repeat("0", 64))
	must(t, os.MkdirAll(filepath.Dir(left), 0o700))
	fill(t, left+".part")
	must(t, os.MkdirAll(filepath.Join(b.data, "vault", "clips"), 0o700))
	must(t, os.WriteFile(filepath.Join(b.data, "vault", "clips", "one"), bytes.Repeat([]byte("clip"), 1<<20), 0o600))
	b.backUp()
	if _, err := os.Stat(left + ".part"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it lies there still: %v", err)
	}
	if _, err := os.Stat(lists[0]); err != nil {
		t.Errorf("the first backup: %v", err)
	}
	b.restore()
}

// childOf finds a process by its parent and first argument.
func childOf(t *testing.T, parent int, argument string) int {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	must(t, err)
	for _, entry := range entries {
		line, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "cmdline"))
		args := strings.Split(string(line), "\x00")
		if err != nil || len(args) < 2 || args[1] != argument {
			continue
		}
		stat, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "stat"))
		if err != nil {
			continue
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if fields[1] == strconv.Itoa(parent) {
			pid, err := strconv.Atoi(entry.Name())
			must(t, err)
			return pid
		}
	}
	return 0
}

// nextBackup: by the schedule after the newest good one, and with growing pauses
// after a failure.
func TestWhenTheNextBackupIsDue(t *testing.T) {
	daily, err := settings{}.withBackup("0 3 * * *").backupSchedule(time.Now())
	must(t, err)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 8, day, hour, minute, 0, 0, time.UTC) }
	now := at(10, 12, 0)
	for name, test := range map[string]struct {
		state backupState
		want  time.Time
	}{
		"without any":           {backupState{}, now},
		"after a good one":      {backupState{CheckedOf: at(10, 3, 1)}, at(11, 3, 0)},
		"after days without":    {backupState{CheckedOf: at(7, 3, 1)}, at(8, 3, 0)},
		"one of the future":     {backupState{CheckedOf: at(20, 3, 1)}, now},
		"a failure":             {backupState{CheckedOf: at(9, 3, 1), FailedAt: at(10, 11, 50), Failures: 1}, at(10, 12, 5)},
		"the third failure":     {backupState{CheckedOf: at(9, 3, 1), FailedAt: at(10, 11, 50), Failures: 3}, at(10, 12, 50)},
		"the hundredth failure": {backupState{CheckedOf: at(9, 3, 1), FailedAt: at(10, 11, 50), Failures: 100}, at(10, 17, 50)},
		"a failure long ago":    {backupState{CheckedOf: at(9, 3, 1), FailedAt: at(9, 23, 0), Failures: 1}, at(10, 3, 0)},
		"a failure to come":     {backupState{FailedAt: at(20, 3, 0), Failures: 1}, now},
		"one that was stopped":  {backupState{CheckedOf: at(9, 3, 1), StoppedAt: at(10, 11, 50)}, at(11, 3, 0)},
		"the first, stopped":    {backupState{StoppedAt: at(10, 11, 50)}, at(11, 3, 0)},
		"stopped, then made":    {backupState{CheckedOf: at(10, 11, 55), StoppedAt: at(10, 2, 50)}, at(11, 3, 0)},
		"stopped in the future": {backupState{StoppedAt: at(20, 3, 0)}, now},
		"a former paper's":      {backupState{CheckedOf: at(10, 3, 1), CheckedBy: "age1old"}, now},
		"this paper's":          {backupState{CheckedOf: at(10, 3, 1), CheckedBy: "age1new"}, at(11, 3, 0)},
	} {
		if got := nextBackup(test.state, "age1new", daily, now); !got.Equal(test.want) {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// A clock that ran ahead and was set right: one backup makes up for the one of the
// future, else the schedule would make one after another.
func TestABackupOfTheFutureIsMadeUpForByOne(t *testing.T) {
	daily, err := settings{}.withBackup("0 3 * * *").backupSchedule(time.Now())
	must(t, err)
	now := time.Date(2026, 8, 10, 12, 0, 0, 0, time.UTC)
	s := backupState{CheckedOf: now.AddDate(4, 0, 0), CheckedBy: "age1"}
	s.drilled(now, backup.List{MadeAt: now.Add(-time.Minute)}, "age1", nil)
	if next := nextBackup(s, "age1", daily, now); !next.After(now) {
		t.Errorf("the next one is due %s, at once", next)
	}
}

func (s settings) withBackup(schedule string) settings {
	s.Exam.Timezone, s.Backup.Schedule = "UTC", schedule
	return s
}
