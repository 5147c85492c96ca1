package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/cmd/internal/command"
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
