package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
)

// The test binary runs as the program when it is told so.
func TestMain(m *testing.M) {
	if os.Getenv("KAODIAN_PROVINCE_TEST") == "1" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

type result struct {
	code        int
	out, errors string
}

// program runs the program in a folder of the test's.
type program struct {
	t   *testing.T
	dir string
}

func newProgram(t *testing.T) program { return program{t: t, dir: t.TempDir()} }

func (p program) run(input string, args ...string) result {
	p.t.Helper()
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.CommandContext(p.t.Context(), self, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = p.dir, append(os.Environ(), "KAODIAN_PROVINCE_TEST=1"), strings.NewReader(input)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() < 0) {
		p.t.Fatal(err)
	}
	return result{code: cmd.ProcessState.ExitCode(), out: out.String(), errors: errs.String()}
}

func (p program) must(args ...string) result {
	p.t.Helper()
	r := p.run("", args...)
	if r.code != 0 {
		p.t.Fatalf("%v: exit %d\n%s%s", args, r.code, r.out, r.errors)
	}
	return r
}

// enrolled makes a store with one centre that joined through the folder drop.
func enrolled(t *testing.T) (program, *batchtest.Sender) {
	p := newProgram(t)
	p.must("init")
	p.must("enrol", "north", "--drop", "dir:/drop", "--out", "north.json")
	text, err := os.ReadFile(filepath.Join(p.dir, "north.json"))
	if err != nil {
		t.Fatal(err)
	}
	invitation, err := batch.ParseInvitation(text)
	if err != nil {
		t.Fatal(err)
	}
	s := batchtest.NewSender(t, "north", invitation.Recipient)
	batchtest.WriteFile(t, filepath.Join(p.dir, "drop", batch.RequestName("north", s.Install)), s.Request(t, invitation.Token))
	if r := p.must("receive", "--root", "drop"); !strings.Contains(r.out, "enrolled") {
		t.Fatalf("%+v", r)
	}
	return p, s
}

func TestACentreIsInvitedJoinsAndIsRevoked(t *testing.T) {
	p, s := enrolled(t)
	if info, err := os.Stat(filepath.Join(p.dir, "north.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the enrolment file is %v, %v", info.Mode(), err)
	}
	// Records that are none: signed, whole, and refused.
	b := s.Next(t, nil, func(batch.Ref, []batchtest.Media) []byte { return []byte("no database") })
	b.Write(t, filepath.Join(p.dir, "drop"))
	folder := filepath.Join("drop", b.Manifest.Ref().Folder())
	if r := p.run("", "verify", folder, "--json"); r.code != 1 || !strings.Contains(r.out, "records") {
		t.Errorf("verify: %+v", r)
	}
	if r := p.run("", "--store", "elsewhere", "verify", folder); r.code != 0 || !strings.Contains(r.out, "no store") {
		t.Errorf("verify without a store: %+v", r)
	}
	r := p.run("", "receive", "--root", "drop", "--json")
	var outcomes []struct{ Name, Status string }
	if err := json.Unmarshal([]byte(r.out), &outcomes); err != nil || r.code != 1 || outcomes[len(outcomes)-1].Status != "refused" {
		t.Errorf("receive: %+v, %v", r, err)
	}
	for _, want := range []string{"north: 1 install may send", "nothing to revoke"} {
		if r := p.must("revoke", "north"); !strings.Contains(r.out, want) {
			t.Errorf("%+v, want %q", r, want)
		}
	}
	p.must("enrol", "south", "--drop", "dir:/drop", "--out", "south.json")
	if r := p.must("revoke", "south"); !strings.Contains(r.out, "not joined yet; its enrolment file is void") {
		t.Errorf("before it joined: %+v", r)
	}
}

func TestInitAgainChangesNothing(t *testing.T) {
	p := newProgram(t)
	first := p.must("init", "--json")
	if again := p.must("init", "--json"); again.out != first.out {
		t.Errorf("%s then %s", first.out, again.out)
	}
	if err := os.Remove(filepath.Join(p.dir, "province", "keys", signerFile)); err != nil {
		t.Fatal(err)
	}
	if r := p.run("", "init"); r.code != 1 || !strings.Contains(r.errors, "backup") {
		t.Errorf("with a lost key: %+v", r)
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	p := newProgram(t)
	p.must("init")
	p.must("user", "list")
	if r := p.run("long enough\n", "user", "add", "wang", "--role", "administrator"); r.code != 0 || !strings.Contains(r.out, "wang") {
		t.Fatalf("%+v", r)
	}
	text := filepath.Join(p.dir, "text")
	must(t, os.WriteFile(text, []byte("no folder"), 0o600))
	must(t, os.MkdirAll(filepath.Join(p.dir, "other"), 0o700))
	must(t, os.WriteFile(filepath.Join(p.dir, "other", "letter.odt"), []byte("a letter"), 0o600))
	must(t, os.MkdirAll(filepath.Join(p.dir, "alien"), 0o700))
	must(t, os.WriteFile(filepath.Join(p.dir, "alien", "province.db"), []byte(strings.Repeat("no database ", 99)), 0o600))
	must(t, os.MkdirAll(filepath.Join(p.dir, "begun"), 0o700))
	must(t, os.WriteFile(filepath.Join(p.dir, "begun", "province.db"), nil, 0o600))
	before := tree(t, p.dir)
	for name, c := range map[string]struct {
		input string
		args  []string
		code  int
		says  string
	}{
		"a mistyped folder":         {args: []string{"user", "list", "--store", "mistyped"}, code: 1, says: "--store DIR"},
		"a file for a folder":       {args: []string{"user", "list", "--store", "text"}, code: 1, says: "--store DIR"},
		"somebody's folder":         {args: []string{"init", "--store", "other"}, code: 1, says: "letter.odt"},
		"another's database":        {args: []string{"user", "list", "--store", "alien"}, code: 1, says: "--store DIR"},
		"no folder's name":          {args: []string{"user", "list", "--store", ""}, code: 2, says: "--store"},
		"a name that is taken":      {input: "long enough\n", args: []string{"user", "add", "wang", "--role", "viewer"}, code: 1, says: "already"},
		"nobody to lock":            {args: []string{"user", "lock", "li"}, code: 1, says: "user list"},
		"the last administrator":    {args: []string{"user", "lock", "wang"}, code: 1, says: "last administrator"},
		"and removed":               {args: []string{"user", "remove", "wang"}, code: 1, says: "last administrator"},
		"and made a viewer":         {args: []string{"user", "role", "wang", "--role", "viewer"}, code: 1, says: "last administrator"},
		"a gap that there is not":   {args: []string{"audit", "accept", "--reason", "backup"}, code: 1, says: "nothing is missing"},
		"a batch without a name":    {args: []string{"set-aside", "north"}, code: 2, says: "names no batch"},
		"a name that looks like it": {input: "long enough\n", args: []string{"user", "add", "Ｗang", "--role", "viewer"}, code: 1, says: "looks like the account wang"},
		"a name of two lines":       {args: []string{"user", "lock", "li\n\x1b[31mwang"}, code: 1, says: "no account li"},
		"an empty database":         {args: []string{"user", "list", "--store", "begun"}, code: 1, says: "--store DIR"},
		"to make over another's":    {args: []string{"init", "--store", "alien"}, code: 1, says: "--store DIR"},
		"a drop of no whole path":   {args: []string{"enrol", "x", "--drop", "dir:drop", "--out", "f"}, code: 2, says: "dir:/path"},
		"a stick that is not there": {args: []string{"receive", "--root", "stick"}, code: 1, says: "--root"},
		"no batch":                  {args: []string{"verify", "other"}, code: 1, says: "no manifest.json"},
		"no command":                {args: nil, code: 2, says: "--help"},
		"an unknown command":        {args: []string{"fly"}, code: 2, says: "--help"},
		"no store":                  {args: []string{"receive", "--root", ".", "--store", "none"}, code: 1, says: "init"},
		"a bad centre":              {args: []string{"enrol", "../x", "--drop", "dir:/x", "--out", "f"}, code: 1, says: "a to z"},
		"a bad drop":                {args: []string{"enrol", "x", "--drop", "http://x", "--out", "f"}, code: 2, says: "ftp://"},
		"no address":                {args: []string{"serve", "--http", "nonsense"}, code: 2, says: "HOST:PORT"},
		"no password":               {args: []string{"user", "add", "a", "--role", "viewer"}, code: 1, says: "standard input"},
		"a short password":          {input: "short\n", args: []string{"user", "add", "a", "--role", "viewer"}, code: 1, says: "longer"},
		"a role of the air":         {input: "long enough\n", args: []string{"user", "add", "a", "--role", "king"}, code: 2, says: "reviewer"},
	} {
		t.Run(name, func(t *testing.T) {
			r := p.run(c.input, c.args...)
			if r.code != c.code || r.out != "" || strings.Contains(r.errors, "\x1b") || !strings.Contains(r.errors, c.says) || strings.Count(strings.TrimSpace(r.errors), "\n") > 0 {
				t.Errorf("exit %d, %q", r.code, r.errors)
			}
		})
	}
	if after := tree(t, p.dir); !slices.Equal(before, after) {
		t.Errorf("a refusal changed it:\n%q\nis now\n%q", before, after)
	}
	if r := p.run("", "init", "--store", "begun"); r.code != 0 {
		t.Errorf("init does not go on with what a crash left: %+v", r)
	}
}

// tree lists what is in a folder, without what a database notes beside itself.
func tree(t *testing.T, folder string) (list []string) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if !strings.Contains(path, filepath.Join(folder, "province")) {
			list = append(list, fmt.Sprint(path, " ", d.IsDir() || info.Size() == 0))
		}
		return err
	}))
	return list
}

func TestTheEnrolmentFileTellsByWhatTheServerIsKnown(t *testing.T) {
	p := newProgram(t)
	p.must("init")
	const pin = "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89"
	p.must("enrol", "north", "--drop", "ftps://u:p@h/", "--drop-pin", pin, "--out", "north.json")
	text, err := os.ReadFile(filepath.Join(p.dir, "north.json"))
	if err != nil {
		t.Fatal(err)
	}
	invitation, err := batch.ParseInvitation(text)
	if err != nil || invitation.DropPin != strings.ToLower(strings.ReplaceAll(pin, ":", "")) {
		t.Errorf("%+v, %v", invitation, err)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "ca.pem"), []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--drop", "ftps://u:p@h/", "--drop-pin", "12"},
		{"--drop", "ftps://u:p@h/", "--drop-ca", "ca.pem"},
		{"--drop", "ftp://u:p@h/", "--drop-pin", pin},
		{"--drop", "ftps://u:p@h/", "--drop-pin", pin, "--drop-ca", "ca.pem"},
	} {
		if r := p.run("", append([]string{"enrol", "south", "--out", "south.json"}, args...)...); r.code == 0 || r.errors == "" {
			t.Errorf("%v: %+v", args, r)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAccountsAreListedLockedAndRemoved(t *testing.T) {
	p := newProgram(t)
	p.must("init")
	for _, name := range []string{"wang", "li"} {
		if r := p.run("long enough\n", "user", "add", name, "--role", "administrator", "--json"); r.code != 0 || !strings.Contains(r.out, name) {
			t.Fatalf("%+v", r)
		}
	}
	p.must("user", "lock", "li", "--json")
	list := p.must("user", "list", "--json").out
	var got struct {
		Users []struct {
			Name, Role string
			Locked     bool
		}
	}
	if err := json.Unmarshal([]byte(list), &got); err != nil || len(got.Users) != 2 || !got.Users[0].Locked || got.Users[1].Locked {
		t.Errorf("%s, %v", list, err)
	}
	p.must("user", "unlock", "li", "--json")
	p.must("user", "role", "wang", "--role", "viewer", "--json")
	if r := p.run("another long one\n", "user", "password", "wang", "--json"); r.code != 0 {
		t.Errorf("%+v", r)
	}
	p.must("user", "remove", "wang", "--json")
	if r := p.must("user", "list"); strings.Contains(r.out, "wang") || !strings.Contains(r.out, "li") {
		t.Errorf("%+v", r)
	}
	if r := p.must("audit", "verify", "--json"); !strings.Contains(r.out, "unbroken") {
		t.Errorf("%+v", r)
	}
}
