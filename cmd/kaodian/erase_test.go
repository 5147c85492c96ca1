package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"kaodian/cmd/internal/command"
	"kaodian/cmd/kaodian/doctor"
)

// laidOut is a demonstration, and a candidate of it.
func laidOut(t *testing.T) (folder, ticket, number string) {
	t.Helper()
	folder = t.TempDir()
	text, status := output(t, "demo", "--data", folder, "--json")
	var laid demonstration
	if status != 0 || json.Unmarshal([]byte(text), &laid) != nil {
		t.Fatal(text)
	}
	return folder, laid.Candidates[0].Ticket, laid.Candidates[0].IDNumber
}

// holding are the files that hold one of the words, in any byte.
func holding(t *testing.T, folder string, words ...string) (names []string) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, word := range words {
			if strings.Contains(strings.ToLower(string(text)), strings.ToLower(word)) {
				names = append(names, path)
			}
		}
		return err
	}))
	return names
}

func TestAPersonIsErasedByOneCommand(t *testing.T) {
	folder, ticket, number := laidOut(t)
	said, status := output(t, "erase", number, "--find", "--data", folder)
	if status != 0 || !strings.Contains(said, ticket) || !strings.Contains(said, "orders") {
		t.Fatalf("exit status %d, %s", status, said)
	}
	if len(holding(t, folder, ticket, number)) == 0 {
		t.Fatal("the search finds nothing before")
	}
	for name, c := range map[string]struct {
		typed string
		args  []string
		want  int
	}{
		"without a reason":         {"", []string{number}, command.Misused},
		"an empty reason":          {"", []string{number, "--reason", " ", "--yes"}, exitRefused},
		"a reason with the number": {"", []string{number, "--reason", "of " + number, "--yes"}, exitRefused},
		"nobody":                   {"", []string{"nobody", "--reason", "asked", "--yes"}, exitRefused},
		"another ticket typed":     {"T-0\n", []string{number, "--reason", "asked"}, exitRefused},
		"nothing typed":            {"", []string{number, "--reason", "asked"}, exitRefused},
	} {
		if _, complained, status := typed(t, c.typed, append([]string{"erase", "--data", folder}, c.args...)...); status != c.want || complained == "" {
			t.Errorf("%s: exit status %d, %s", name, status, complained)
		}
	}
	if len(holding(t, folder, ticket, number)) == 0 {
		t.Fatal("a refused erasure erased")
	}
	said, complained, status := typed(t, strings.ToLower(ticket)+"\n", "erase", "--data", folder, number, "--reason", "the guardian asked", "--json")
	var proof struct{ Complete bool }
	if status != 0 || json.Unmarshal([]byte(said), &proof) != nil || !proof.Complete {
		t.Fatalf("exit status %d, %s %s", status, said, complained)
	}
	if left := holding(t, folder, ticket, number); len(left) > 0 {
		t.Errorf("left in %v", left)
	}
	if said, status := output(t, "audit", "verify", "--data", folder); status != 0 {
		t.Errorf("the log does not verify: %s", said)
	}
}

// kill -9 at random moments of the command, beside a server that goes on with it.
func TestAnErasureIsGoneOnWithByTheServerAfterAKill(t *testing.T) {
	random := rand.New(rand.NewPCG(52, 9))
	for range 3 {
		folder, ticket, number := laidOut(t)
		self, err := os.Executable()
		must(t, err)
		cmd := exec.Command(self, "erase", number, "--data", folder, "--reason", "the guardian asked", "--yes")
		cmd.Env = append(os.Environ(), asProgram+"=1")
		must(t, cmd.Start())
		begun := filepath.Join(folder, "erasures", "*.pending")
		for range 2000 {
			if names, _ := filepath.Glob(begun); len(names) > 0 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		_ = syscall.Kill(cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait() // killed, or done before
		server := startProgram(t, folder)
		server.await(t, "finish the erasure", func() bool {
			names, _ := filepath.Glob(begun)
			return len(names) == 0
		})
		server.kill()
		if left := holding(t, folder, ticket, number); len(left) > 0 {
			t.Errorf("left in %v", left)
		}
		if proofs, _ := filepath.Glob(filepath.Join(folder, "erasures", "*.json")); len(proofs) != 1 {
			t.Errorf("proofs: %v", proofs)
		}
		if said, status := output(t, "audit", "verify", "--data", folder); status != 0 {
			t.Errorf("the log does not verify: %s", said)
		}
	}
}

// kill -9 at the n-th call of every kind that changes a disk, of the command and of
// what goes on with it.
func TestAnErasureEndsWhateverCallOfTheDiskItIsKilledAt(t *testing.T) {
	failing(t, 1) // skips where strace cannot run
	template, ticket, number := laidOut(t)
	killed := 0
	for _, calls := range []string{"fsync,fdatasync", "pwrite64", "renameat,renameat2,rename", "unlinkat,unlink,ftruncate"} {
		for _, n := range []int{1, 2, 3, 5, 8} {
			folder := filepath.Join(t.TempDir(), "data")
			must(t, os.CopyFS(folder, os.DirFS(template)))
			if killedErasing(t, calls, n, "erase", number, "--data", folder, "--reason", "the guardian asked", "--yes") {
				killed++
			}
			killedErasing(t, calls, n, "erase", "--go-on", "--data", folder)
			if said, complained, status := typed(t, "", "erase", "--go-on", "--data", folder); status != 0 {
				t.Fatalf("killed at %s %d: exit status %d, %s%s", calls, n, status, said, complained)
			}
			if _, _, status := typed(t, "", "erase", number, "--find", "--data", folder); status == 0 { // it was killed before it promised anything
				if said, status := output(t, "erase", number, "--data", folder, "--reason", "the guardian asked", "--yes"); status != 0 {
					t.Fatal(said)
				}
			}
			if left := holding(t, folder, ticket, number); len(left) > 0 {
				t.Errorf("killed at %s %d: left in %v", calls, n, left)
			}
			if proofs, _ := filepath.Glob(filepath.Join(folder, "erasures", "*.json")); len(proofs) != 1 {
				t.Errorf("killed at %s %d: proofs %v", calls, n, proofs)
			}
			if said, status := output(t, "audit", "verify", "--data", folder); status != 0 {
				t.Errorf("killed at %s %d: the log does not verify: %s", calls, n, said)
			}
			must(t, os.RemoveAll(folder))
		}
	}
	if killed < 10 {
		t.Errorf("only %d of 20 were killed", killed)
	}
}

// killedErasing runs the program until the n-th such call of one of its threads; false
// if it ended by itself.
func killedErasing(t *testing.T, calls string, n int, args ...string) bool {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	tracer := []string{"-f", "-qq", "-o", os.DevNull, "-e", "trace=" + calls, "-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", calls, n), self}
	cmd := exec.Command("strace", append(tracer, args...)...)
	cmd.Env, cmd.Dir = append(os.Environ(), asProgram+"=1"), t.TempDir()
	_ = cmd.Run() // the state says how it ended
	return !cmd.ProcessState.Exited() || cmd.ProcessState.ExitCode() > 128
}

// Several persons are told apart by a ticket number, and what was erased is listed.
func TestWhoIsMeantIsAskedAndWhatWasErasedIsListed(t *testing.T) {
	folder := withOrder(t)
	for name, args := range map[string][]string{
		"nobody named": {"erase", "--reason", "asked"}, "two acts": {"erase", "--list", "--go-on"}, "a person to list": {"erase", "T1", "--list"},
	} {
		if _, complained, status := typed(t, "", append(args, "--data", folder)...); status != command.Misused || complained == "" {
			t.Errorf("%s: exit status %d, %s", name, status, complained)
		}
	}
	if said, status := output(t, "erase", "--list", "--data", folder); status != 0 || !strings.Contains(said, "nobody was erased") {
		t.Errorf("before it lists %s", said)
	}
	if said, status := output(t, "erase", "T1", "--reason", "asked for", "--yes", "--data", folder); status != 0 {
		t.Fatal(said)
	}
	said, status := output(t, "erase", "--list", "--json", "--data", folder)
	if status != 0 || !strings.Contains(said, `"reason":"asked for"`) && !strings.Contains(said, `"reason": "asked for"`) || !strings.Contains(said, "proved_at") {
		t.Errorf("it lists %s", said)
	}
	if said, status := output(t, "erase", "--go-on", "--data", folder); status != 0 || !strings.Contains(said, "every erasure is proved") {
		t.Errorf("exit status %d, %s", status, said)
	}
}

// A backup holds the person still, and nobody can take one person out of it: the proof
// says which, where, how old, and what opens it.
func TestTheProofNamesTheBackupsThatHoldThePerson(t *testing.T) {
	folder, _, number := laidOut(t)
	place := t.TempDir()
	if said, status := output(t, "backup", "key", "--data", folder); status != 0 {
		t.Fatal(said)
	}
	if said, status := output(t, "backup", "--to", place, "--data", folder); status != 0 {
		t.Fatal(said)
	}
	said, status := output(t, "erase", number, "--reason", "the guardian asked", "--yes", "--data", folder)
	if status != 0 {
		t.Fatal(said)
	}
	for _, word := range []string{"backups: those up to ", place, "age1"} {
		if !strings.Contains(said, word) {
			t.Errorf("the proof does not say %s: %s", word, said)
		}
	}
}

// While an erasure waits the log is no fault, and the disk is nothing to see to.
func TestAnErasureThatWaitsIsNoFaultOfTheLog(t *testing.T) {
	folder, ticket, _ := laidOut(t)
	importing := flock.New(filepath.Join(folder, "import.lock"))
	must(t, importing.Lock())
	if _, said, status := typed(t, "", "erase", ticket, "--reason", "asked for", "--yes", "--data", folder); status == 0 || !strings.Contains(said, "an import is going on") {
		t.Fatalf("exit status %d, %s", status, said)
	}
	audit := func() doctor.Check {
		var found doctor.Check
		must(t, (&common{Data: folder}).machine().Examine(t.Context(), func(c doctor.Check) { found = c }, "audit log"))
		return found
	}
	if c := audit(); c.Code != doctor.AuditErasing || c.State != doctor.Attention || !strings.Contains(c.Next, "--go-on") {
		t.Errorf("while it waits: %+v", c)
	}
	must(t, importing.Close())
	if said, status := output(t, "erase", "--go-on", "--data", folder); status != 0 {
		t.Fatal(said)
	}
	if c := audit(); c.Code != doctor.AuditGood {
		t.Errorf("afterwards: %+v", c)
	}
}

// What refuses an erasure is said before somebody types a ticket number for it.
func TestADateInDoubtRefusesAnErasureBeforeItIsConfirmed(t *testing.T) {
	folder, ticket, _ := laidOut(t)
	c, err := (&common{Data: folder}).open(t.Context())
	must(t, err)
	must(t, c.SetSetting(t.Context(), "last_time", fmt.Sprint(time.Now().AddDate(0, -3, 0).UnixMilli())))
	must(t, c.Close())
	if said, _ := output(t, "erase", ticket, "--find", "--data", folder); !strings.Contains(said, "date is in doubt") {
		t.Errorf("the look says %s", said)
	}
	_, said, status := typed(t, ticket+"\n", "erase", ticket, "--reason", "asked for", "--data", folder)
	if status == 0 || strings.Contains(said, "Type one of") || !strings.Contains(said, "date is in doubt") {
		t.Errorf("exit status %d, %s", status, said)
	}
}
