package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/app/centre/store/storetest"
	"kaodian/cmd/kaodian/doctor"
	"kaodian/sync/backup"
)

// safe is a centre with a key for backups on paper, and a disk for them.
type safe struct {
	*testing.T
	data, disk, paper string
}

func newSafe(t *testing.T, data string) *safe {
	t.Helper()
	b := &safe{T: t, data: data, disk: t.TempDir(), paper: filepath.Join(t.TempDir(), "paper")}
	said := mustSay(t, "backup", "key", "--data", data)
	must(t, os.WriteFile(b.paper, []byte(said), 0o600)) // as it was printed, with the sentence below
	return b
}

func (b *safe) backUp() (done backedUp) {
	b.Helper()
	must(b.T, json.Unmarshal([]byte(mustSay(b.T, "backup", "--to", b.disk, "--data", b.data, "--json")), &done))
	return done
}

func (b *safe) restore() (data string, done restored) {
	b.Helper()
	data = filepath.Join(b.TempDir(), "restored")
	must(b.T, json.Unmarshal([]byte(mustSay(b.T, "restore", "--from", b.disk, "--data", data, "--identity", b.paper, "--json")), &done))
	return data, done
}

// media are the files of a vault with their content.
func media(t *testing.T, data string) map[string]string {
	t.Helper()
	all := map[string]string{}
	must(t, filepath.WalkDir(filepath.Join(data, "vault"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, data)] = string(text)
		return err
	}))
	return all
}

// sameRows compares every table of two centres. The restored one's settings and
// audit log go on: what the first has is in them.
func sameRows(t *testing.T, data, restored string) {
	t.Helper()
	db := storetest.Open(t, filepath.Join(data, databaseName))
	defer db.Close()
	_, err := db.Exec("ATTACH ? AS other", filepath.Join(restored, databaseName))
	must(t, err)
	var names string
	must(t, db.QueryRow("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").Scan(&names))
	tables := strings.Split(names, ",")
	if len(tables) < 20 {
		t.Errorf("%d tables", len(tables))
	}
	for _, table := range tables {
		sides := [][2]string{{"main", "other"}, {"other", "main"}}
		switch table {
		case "settings", "audit_head":
			continue
		case "audit":
			sides = sides[:1]
		}
		for _, side := range sides {
			var more int
			must(t, db.QueryRow(fmt.Sprintf("SELECT count(*) FROM (SELECT * FROM %s.%s EXCEPT SELECT * FROM %s.%s)", side[0], table, side[1], table)).Scan(&more))
			if more > 0 {
				t.Errorf("%d rows of %s are in %s only", more, table, side[0])
			}
		}
	}
}

// centreOfOne has one order, which may begin now.
func centreOfOne(t *testing.T) (data string) {
	t.Helper()
	data = emptyCentre(t)
	now := time.Now()
	row := fmt.Sprintf("T1,王小明,,,,护照,IDT1,,,钢琴,3,%s,%s,乐曲：小步舞曲,\n", now.Add(-time.Hour).Format(time.RFC3339), now.Add(72*time.Hour).Format(time.RFC3339))
	mustSay(t, "import", "orders", write(t, headings+row), "--data", data)
	return data
}

func TestACentreWithClipsIsBackedUpBesideItsServerAndComesBackWhole(t *testing.T) {
	data := centreOfOne(t)
	mustSay(t, "enrol", invitation(t), "--data", data)
	b := newSafe(t, data)
	p := startProgram(t, data)
	v := p.visitor(t, "T1")
	attempt := v.begin()
	if status := v.upload(attempt, shortClip(t)); status != http.StatusCreated {
		t.Fatalf("upload: %d", status)
	}
	b.backUp()
	if status, _ := p.get(t, "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz after a backup: %d", status)
	}
	p.stop(t)
	second := b.backUp()
	restoredData, done := b.restore()
	sameRows(t, data, restoredData)
	before, after := media(t, data), media(t, restoredData)
	if len(before) == 0 || len(before) != len(after) || !done.Enrol || done.Backup != second.Backup {
		t.Errorf("%d files before, %d after; %+v", len(before), len(after), done)
	}
	for name, text := range before {
		if after[name] != text {
			t.Errorf("%s is another one", name)
		}
	}
	b.goesOn(restoredData)
}

// goesOn says whether a restored centre serves, has an unbroken log that tells of
// the restore, is no install of the province any more and makes backups.
func (b *safe) goesOn(data string) {
	b.Helper()
	p := startProgram(b.T, data)
	p.visitor(b.T, "T1").logIn()
	p.stop(b.T)
	mustSay(b.T, "audit", "verify", "--data", data)
	if said := mustSay(b.T, "backup", "check", b.disk, "--identity", b.paper, "--data", data); !strings.Contains(said, "can be brought back") {
		b.Errorf("check with the paper: %q", said)
	}
	if said := mustSay(b.T, "sync", "status", "--data", data); !strings.Contains(said, "has not joined") {
		b.Errorf("sync status: %q", said)
	}
	keys, err := os.ReadDir(filepath.Join(data, "keys"))
	must(b.T, err)
	for _, key := range keys {
		if strings.Contains(key.Name(), "install") || key.Name() == "member.json" {
			b.Errorf("the install's %s is in the backup", key.Name())
		}
	}
	var gaps int
	db := storetest.Open(b.T, filepath.Join(data, databaseName))
	defer db.Close()
	must(b.T, db.QueryRow("SELECT count(*) FROM audit WHERE reason LIKE 'restored from the backup 00000%'").Scan(&gaps))
	if gaps != 1 {
		b.Errorf("the audit log tells %d restores", gaps)
	}
	mustSay(b.T, "backup", "--to", b.disk, "--data", data)
}

func TestABackupIsRestoredWithTheKeyThatIsTyped(t *testing.T) {
	b := newSafe(t, emptyCentre(t))
	b.backUp()
	said, err := os.ReadFile(b.paper)
	must(t, err)
	key, _, _ := strings.Cut(string(said), "\n")
	data := filepath.Join(t.TempDir(), "restored")
	for typedIn, want := range map[string]string{"": "no key came in", key[:len(key)-1] + "\n": "no age identity", "hello\n": "no age identity"} {
		if _, complained, status := typed(t, typedIn, "restore", "--from", b.disk, "--data", data); status != exitRefused || !strings.Contains(complained, want) || isFile(data) {
			t.Errorf("%q: %d %q", typedIn, status, complained)
		}
	}
	if said, complained, status := typed(t, key+"\n", "restore", "--from", b.disk, "--data", data); status != 0 || !strings.Contains(said, "kaodian enrol FILE") {
		t.Errorf("%d %q %q", status, said, complained)
	}
	if _, complained, status := typed(t, key+"\n", "restore", "--from", b.disk, "--data", data); status != exitRefused || !strings.Contains(complained, "not empty") {
		t.Errorf("over a centre: %d %q", status, complained)
	}
}

// Whose backup came back is said, and that another box's could have been meant: a
// box that was restored makes its own beside those of the one before.
func TestARestoreSaysWhoseBackupCameBack(t *testing.T) {
	t.Setenv("KAODIAN_EXAM_CENTRE_NAME", "青石琴行")
	b := newSafe(t, emptyCentre(t))
	former := b.backUp()
	second, done := b.restore()
	if done.Centre != "青石琴行" {
		t.Errorf("restored: %+v", done)
	}
	b.data = second
	b.backUp()
	said, complained, status := typed(t, "", "restore", "--from", b.disk, "--data", filepath.Join(t.TempDir(), "third"), "--identity", b.paper)
	if status != 0 || !strings.Contains(said, "what the centre «青石琴行» was on ") || !strings.Contains(complained, "another box") || !strings.Contains(complained, former.Backup) {
		t.Errorf("it says %d\n%s%s", status, said, complained)
	}
}

func TestTheKeyIsShownOnce(t *testing.T) {
	data := emptyCentre(t)
	if _, complained, status := typed(t, "", "backup", "--to", t.TempDir(), "--data", data); status != exitRefused || !strings.Contains(complained, "«kaodian backup key»") {
		t.Errorf("without a key: %d %q", status, complained)
	}
	b := newSafe(t, data)
	said, err := os.ReadFile(b.paper)
	must(t, err)
	key, _, _ := strings.Cut(string(said), "\n")
	if again, _, status := typed(t, "", "backup", "key", "--data", data); status != exitRefused || again != "" {
		t.Errorf("a second key: %d %q", status, again)
	}
	must(t, filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), key) {
			t.Errorf("%s has the key that is on paper only", path)
		}
		return err
	}))
}

// A newer program's database, and one that is none, are found before there is a
// centre; a changed audit log is told, and is no reason to be left with nothing.
func TestADatabaseIsLookedAtBeforeItIsACentre(t *testing.T) {
	for what, test := range map[string]struct {
		spoil string
		says  string
		whole bool
	}{
		"newer":             {"INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)", "newer program", false},
		"another program's": {"ALTER TABLE orders RENAME TO other", "another program", false},
		"a changed log":     {"DROP TRIGGER audit_no_update; UPDATE audit SET reason = 'other' WHERE seq = 2", "line 2", true},
	} {
		t.Run(what, func(t *testing.T) {
			b := newSafe(t, withAudit(t))
			maker := &backup.Maker{Folder: b.data, Program: "test", Now: time.Now, Copy: copyOf(b.data, func(path string) { storetest.Exec(t, path, test.spoil) })}
			_, err := maker.Make(t.Context(), b.disk)
			must(t, err)
			data := filepath.Join(t.TempDir(), "restored")
			_, complained, status := typed(t, "", "restore", "--from", b.disk, "--data", data, "--identity", b.paper)
			if whole := isFile(filepath.Join(data, databaseName)); whole != test.whole || (status == 0) != test.whole || !strings.Contains(complained, test.says) || strings.Count(strings.TrimSpace(complained), "\n") > 0 {
				t.Errorf("restore: %d %q", status, complained)
			}
			if _, complained, status := typed(t, "", "backup", "check", b.disk, "--data", b.data); status != exitRefused || !strings.Contains(complained, test.says) {
				t.Errorf("check: %d %q", status, complained)
			}
		})
	}
}

// The doctor says how the backups stand, and a piece that went bad is written anew.
func TestTheDoctorKnowsTheLastDrill(t *testing.T) {
	b := newSafe(t, emptyCentre(t))
	look := func() doctor.Check { found, _ := examined(t, "--data", b.data); return found["backup"] }
	if c := look(); c.State != doctor.Attention || !strings.Contains(c.Next, "backup --to DIR") {
		t.Errorf("before the first: %+v", c)
	}
	b.backUp()
	if c := look(); c.State != doctor.Good || !strings.Contains(c.Found, b.disk) {
		t.Errorf("after a backup: %+v", c)
	}
	must(t, filepath.WalkDir(b.disk, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".backup") {
			return err
		}
		text, err := os.ReadFile(path)
		text[len(text)/2] ^= 1
		must(t, os.WriteFile(path, text, 0o600))
		return err
	}))
	if _, complained, status := typed(t, "", "backup", "check", b.disk, "--data", b.data); status != exitRefused || !strings.Contains(complained, "cannot be brought back") {
		t.Errorf("a damaged one: %d %q", status, complained)
	}
	if c := look(); c.State != doctor.Wrong || !strings.Contains(c.Found, "cannot be brought back") {
		t.Errorf("after a bad drill: %+v", c)
	}
	b.backUp()
	if c := look(); c.State != doctor.Good {
		t.Errorf("after the next: %+v", c)
	}
	must(t, (&common{Data: b.data}).withCentre(t.Context(), func(c *centre) error {
		return c.noteBackup(t.Context(), func(s *backupState) { s.MadeAt = s.MadeAt.Add(time.Hour) })
	}))
	if c := look(); c.State != doctor.Attention || !strings.Contains(c.Next, "backup check DIR") {
		t.Errorf("of one whose check was cut off: %+v", c)
	}
	must(t, (&common{Data: b.data}).withCentre(t.Context(), func(c *centre) error {
		return c.noteBackup(t.Context(), func(s *backupState) {
			s.MadeAt = c.Now().Add(-8 * day)
			s.CheckedOf = s.MadeAt
		})
	}))
	if c := look(); c.State != doctor.Attention || !strings.Contains(c.Next, "backup --to DIR") {
		t.Errorf("after a week without: %+v", c)
	}
}

// killed ends a command at some moment as a power cut does.
func (b *safe) killed(random *rand.Rand, args ...string) {
	b.Helper()
	self, err := os.Executable()
	must(b.T, err)
	cmd := exec.Command(self, args...)
	cmd.Env, cmd.Dir = append(os.Environ(), asProgram+"=1"), b.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	must(b.T, cmd.Start())
	kill := time.AfterFunc(time.Duration(random.Intn(700))*time.Millisecond, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	_ = cmd.Wait() // killed, or done before
	kill.Stop()
}

func TestAKillAtAnyMomentOfABackupOrARestoreLosesNothing(t *testing.T) {
	random := rand.New(rand.NewSource(17))
	data := emptyCentre(t)
	for n := range 30 {
		must(t, os.MkdirAll(filepath.Join(data, "vault", "clips"), 0o700))
		must(t, os.WriteFile(filepath.Join(data, "vault", "clips", fmt.Sprint(n)), make([]byte, random.Intn(300_000)), 0o600))
	}
	b := newSafe(t, data)
	for range 8 {
		b.killed(random, "backup", "--to", b.disk, "--data", data)
	}
	b.backUp()
	to := filepath.Join(t.TempDir(), "restored")
	restore := []string{"restore", "--from", b.disk, "--data", to, "--identity", b.paper}
	for range 8 {
		b.killed(random, restore...)
		if backup.IsHalf(to) {
			if _, complained, status := typed(t, "", "setup", "--data", to); status != exitRefused || !strings.Contains(complained, "did not come to its end") {
				t.Errorf("a centre in half a restore: %d %q", status, complained)
			}
		} else if isFile(filepath.Join(to, databaseName)) {
			break // it was done before
		}
	}
	if !isFile(filepath.Join(to, databaseName)) {
		mustSay(t, restore...)
	}
	if before, after := media(t, data), media(t, to); len(before) != len(after) {
		t.Errorf("%d files before, %d after", len(before), len(after))
	}
	sameRows(t, data, to)
}

// The disk of the backups fails at each of its syncs in turn.
func TestADiskThatFailsIsNeverDone(t *testing.T) {
	b := newSafe(t, emptyCentre(t))
	b.backUp()
	mustSay(t, "user", "list", "--data", b.data)
	self, err := os.Executable()
	must(t, err)
	for from := 1; from < 40; from += 6 {
		wrapper := failing(t, from)
		cmd := exec.Command(wrapper[0], append(wrapper[1:], self, "backup", "--to", b.disk, "--data", b.data)...)
		cmd.Env = append(os.Environ(), asProgram+"=1")
		out, err := cmd.CombinedOutput()
		if err == nil && !strings.Contains(string(out), "can be brought back") {
			t.Errorf("failing from %d: said %q", from, out)
		}
	}
	mustSay(t, "backup", "check", b.disk, "--data", b.data)
}

func TestAFullDiskIsFoundBeforeDone(t *testing.T) {
	data := emptyCentre(t)
	must(t, os.MkdirAll(filepath.Join(data, "vault", "clips"), 0o700))
	must(t, os.WriteFile(filepath.Join(data, "vault", "clips", "x"), make([]byte, 5<<20), 0o600))
	b := newSafe(t, data)
	b.disk = smallDisk(t, 4<<20)
	_, complained, status := typed(t, "", "backup", "--to", b.disk, "--data", data)
	if status != exitRefused || !strings.Contains(complained, "MB are needed") {
		t.Errorf("%d %q", status, complained)
	}
	if entries, _ := os.ReadDir(b.disk); len(entries) > 0 {
		t.Errorf("written: %v", entries)
	}
}

// copyOf copies a database and spoils the copy.
func copyOf(folder string, spoil func(path string)) func(context.Context, string) error {
	return func(ctx context.Context, to string) error {
		err := (&common{Data: folder}).withCentre(ctx, func(c *centre) error { return c.CopyTo(ctx, to) })
		if err == nil {
			spoil(to)
		}
		return err
	}
}
