package cage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestMain is also every child: the environment is empty, so the part to
// play comes as an argument.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "child" {
		os.Exit(play(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

func play(part string, args []string) int {
	switch part {
	case "environment":
		fmt.Print(len(os.Environ()))
	case "network":
		_, err := net.DialTimeout("tcp", args[0], time.Second)
		fmt.Print(err)
		if err == nil {
			return 1
		}
	case "priority":
		nice, _ := unix.Getpriority(unix.PRIO_PROCESS, 0)
		fmt.Print(20 - nice) // the system call answers 20 − nice
	case "spin":
		for {
		}
	case "memory":
		var kept [][]byte
		for range 1 << 20 {
			kept = append(kept, bytes.Repeat([]byte{1}, 1<<20))
		}
		fmt.Print(len(kept))
	case "write":
		if err := os.WriteFile(args[0], make([]byte, 1<<20), 0o600); err != nil {
			fmt.Fprint(os.Stderr, err)
			return 1
		}
	case "talk":
		for {
			fmt.Println("and another thing")
		}
	case "read":
		data, err := os.ReadFile(args[0])
		fmt.Print(len(data), " ", err)
	case "list":
		found, err := os.ReadDir(args[0])
		fmt.Print(len(found), " ", err)
	case "exec":
		fmt.Print(exec.Command(args[0]).Run())
	case "sleep":
		time.Sleep(time.Minute)
	case "family":
		return family(args[0])
	case "fail":
		fmt.Fprintln(os.Stderr, "that is no good")
		return 3
	case "parent":
		p, err := Start(self("sleep"))
		if err != nil {
			return 1
		}
		fmt.Println(p.Pid())
		time.Sleep(time.Minute)
	}
	return 0
}

// family starts a grandchild that holds our output open, writes its id and waits.
func family(file string) int {
	exe, _ := os.Executable()
	grandchild := exec.Command(exe, "child", "sleep")
	grandchild.Stdout = os.Stdout
	if err := grandchild.Start(); err != nil {
		return 1
	}
	_ = os.WriteFile(file, []byte(strconv.Itoa(grandchild.Process.Pid)), 0o600)
	return 0
}

func self(part string, args ...string) Command {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return Command{Path: exe, Args: append([]string{"child", part}, args...)}
}

func runFor(t *testing.T, c Command) (string, error) {
	t.Helper()
	out := &Buffer{Cap: 64 << 10}
	c.Stdout = out
	err := Run(t.Context(), c)
	return string(out.Bytes()), err
}

func reasonOf(err error) Reason {
	if fault, ok := errors.AsType[*Error](err); ok {
		return fault.Reason
	}
	return ""
}

func TestTheEnvironmentIsEmpty(t *testing.T) {
	out, err := runFor(t, self("environment"))
	if err != nil || out != "0" {
		t.Errorf("the child sees %q variables, error %v; want 0", out, err)
	}
}

func TestTheNetworkIsGone(t *testing.T) {
	if auditArch == 0 {
		t.Skip("no filter for this architecture")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	out, err := runFor(t, self("network", listener.Addr().String()))
	if err != nil || !strings.Contains(out, "operation not permitted") {
		t.Errorf("the child reached the network or failed otherwise: %q, %v", out, err)
	}
	// The cage must not leak into our own threads.
	connection, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatalf("our own network is gone too: %v", err)
	}
	connection.Close()
}

func writing(file string) Command {
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		panic(err)
	}
	c := self("write", file)
	c.Write = []string{file}
	return c
}

// A file that a stranger made may make its reader do anything; it finds
// nothing to do it with.
func TestTheFilesAreGoneButTheOwnOnes(t *testing.T) {
	if Landlock() == 0 {
		t.Skip("this kernel has no Landlock: children are not kept from files here")
	}
	folder := t.TempDir()
	own, other := filepath.Join(folder, "own"), filepath.Join(folder, "other")
	for _, name := range []string{own, other} {
		if err := os.WriteFile(name, []byte("12345"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const refused = "permission denied"
	cases := []struct {
		name, part, path string
		read, write      []string
		want             string
	}{
		{"its own file", "read", own, []string{own}, nil, "5 <nil>"},
		{"a file of its own folder", "read", own, []string{folder}, nil, "5 <nil>"},
		{"its own folder", "list", folder, []string{folder}, nil, "2 <nil>"},
		{"the file beside it", "read", other, []string{own}, nil, refused},
		{"the folder around it", "list", folder, []string{own}, nil, refused},
		{"a file that it may read is not written", "write", own, []string{own}, nil, refused},
		{"a new file", "write", filepath.Join(folder, "new"), []string{folder}, []string{own}, refused},
		{"the accounts", "read", "/etc/passwd", nil, nil, refused},
		{"who we are", "read", "/proc/self/environ", nil, nil, refused},
		{"another process", "read", fmt.Sprintf("/proc/%d/environ", os.Getpid()), nil, nil, refused},
		{"another program", "exec", "/bin/true", nil, nil, refused},
		{"the libraries", "list", "/usr/lib", nil, nil, "<nil>"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			command := self(c.part, c.path)
			command.Read, command.Write = c.read, c.write
			out, err := runFor(t, command)
			if err != nil {
				out += err.Error()
			}
			if !strings.Contains(out, c.want) {
				t.Errorf("got %q, want %q", out, c.want)
			}
		})
	}
	// The cage must not leak into our own threads.
	if _, err := os.ReadFile("/proc/self/environ"); err != nil {
		t.Errorf("our own files are gone too: %v", err)
	}
}

func TestTheChildIsServedLast(t *testing.T) {
	out, err := runFor(t, self("priority"))
	if err != nil || out != "19" {
		t.Errorf("nice is %q, error %v; want 19", out, err)
	}
}

func TestLimitsEndTheChild(t *testing.T) {
	file := filepath.Join(t.TempDir(), "big")
	cases := []struct {
		name    string
		command Command
		limits  Limits
		want    Reason
	}{
		{"a deadline ends what sleeps", self("sleep"), Limits{Deadline: 50 * time.Millisecond}, Deadline},
		{"CPU time ends what spins", self("spin"), Limits{CPU: time.Second, Deadline: time.Minute}, Killed},
		{"memory ends what grows", self("memory"), Limits{Memory: 256 << 20, Deadline: time.Minute}, Exited},
		{"address space ends what grows", self("memory"), Limits{Address: 2 << 30, Deadline: time.Minute}, Exited},
		{"file size ends what writes", writing(file), Limits{FileSize: 1 << 10, Deadline: time.Minute}, Exited},
		{"output beyond the cap ends what talks", self("talk"), Limits{Deadline: time.Minute}, Output},
		{"a bad status is told", self("fail"), Limits{}, Exited},
		{"within its limits it ends well", writing(file), Limits{FileSize: 2 << 20, CPU: 9 * time.Second, Memory: 1 << 30, Address: 8 << 30, Deadline: time.Minute}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.command.Limits = c.limits
			if _, err := runFor(t, c.command); reasonOf(err) != c.want {
				t.Errorf("got %v, want reason %q", err, c.want)
			}
		})
	}
}

func TestTheErrorCarriesWhatTheChildSaid(t *testing.T) {
	_, err := runFor(t, self("fail"))
	if err == nil || !strings.Contains(err.Error(), "that is no good") {
		t.Errorf("got %v", err)
	}
}

// What dies by a limit says why in its first line and where below it.
func TestTheErrorCarriesTheChildsFirstAndLastWords(t *testing.T) {
	var w words
	for _, part := range []string{"out of memory\n", strings.Repeat("goroutine\n", 5000), "the end"} {
		if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got := w.String(); !strings.HasPrefix(got, "out of memory") || !strings.HasSuffix(got, "the end") || len(got) > firstWords+lastWords+8 {
		t.Errorf("%d bytes: %.100q", len(got), got)
	}
	var short words
	_, _ = short.Write([]byte(strings.Repeat("a", firstWords+lastWords)))
	if got := short.String(); got != strings.Repeat("a", firstWords+lastWords) {
		t.Errorf("%d bytes were kept of %d", len(got), firstWords+lastWords)
	}
}

func TestOurOwnStopIsNotTheChildsFault(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := Run(ctx, self("sleep")); !errors.Is(err, context.DeadlineExceeded) || reasonOf(err) != "" {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestGrandchildrenDieWithTheChild(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	start := time.Now()
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	family := self("family", file)
	family.Write = []string{file}
	if _, err := runFor(t, family); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("an output held open by a grandchild kept us for %s", took)
	}
	expectGone(t, readPid(t, file))
}

func TestTheChildDiesWithUs(t *testing.T) {
	// A process that holds a child is killed hard, as by a power cut for it.
	exe, _ := os.Executable()
	parent := exec.Command(exe, "child", "parent")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscan(out, &pid); err != nil {
		t.Fatal(err)
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	expectGone(t, pid)
}

func readPid(t *testing.T, file string) int {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(string(data))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// expectGone waits until the process is dead or a zombie that nobody reaps
// (its new parent may be slow to).
func expectGone(t *testing.T, pid int) {
	t.Helper()
	for range 3000 {
		if syscall.Kill(pid, 0) != nil || isZombie(pid) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("process %d lives on", pid)
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

func isZombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(stat), ") Z ")
}
