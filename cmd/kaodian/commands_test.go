package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaodian/app/centre/store/storetest"
)

// typed runs a command as a process of its own with that standard input.
func typed(t *testing.T, input string, args ...string) (said, complained string, status int) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, args...)
	cmd.Env, cmd.Dir, cmd.Stdin = append(os.Environ(), asProgram+"=1"), t.TempDir(), strings.NewReader(input)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() < 0) {
		t.Fatal(err)
	}
	return out.String(), complaints.String(), cmd.ProcessState.ExitCode()
}

// wrongFolders are what a mistyped --data may name.
func wrongFolders(t *testing.T) map[string]string {
	t.Helper()
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	for _, folder := range []string{"empty", "other", "alien", "rubbish"} {
		must(t, os.Mkdir(at(folder), 0o700))
	}
	must(t, os.WriteFile(at("file"), []byte("a file"), 0o600))
	must(t, os.WriteFile(filepath.Join(at("other"), "letter.odt"), []byte("a letter"), 0o600))
	must(t, os.WriteFile(filepath.Join(at("rubbish"), databaseName), bytes.Repeat([]byte("rubbish "), 999), 0o600))
	sql(t, emptyCentre(t), "ATTACH '"+filepath.Join(at("alien"), databaseName)+"' AS alien", "CREATE TABLE alien.notes (text TEXT)", "DETACH alien")
	return map[string]string{"absent": at("absent"), "a file": at("file"), "empty": at("empty"), "somebody's": at("other"), "another program's": at("alien"), "rubbish": at("rubbish")}
}

// sql does to a centre's database what somebody does who knows it.
func sql(t *testing.T, folder string, statements ...string) {
	t.Helper()
	storetest.Exec(t, filepath.Join(folder, databaseName), statements...)
}

// tree lists everything under a folder with its size.
func tree(t *testing.T, folder string) (list []string) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			list = append(list, path)
			return err
		}
		text, err := os.ReadFile(path)
		list = append(list, path+" "+string(text[:min(len(text), 32)]))
		return err
	}))
	return list
}

// A mistyped --data makes no empty centre and changes nothing of anybody's.
func TestAMistypedDataFolderMakesNoCentre(t *testing.T) {
	orders := list(t, row("T1", "钢琴", "3"))
	commands := [][]string{
		{"import", "orders", orders}, {"import", "syllabus", t.TempDir()}, {"enrol", invitation(t)},
		{"sync", "now"}, {"sync", "out", t.TempDir()}, {"sync", "in", t.TempDir()}, {"sync", "status"},
		{"audit", "verify"}, {"audit", "accept", "--reason", "backup"},
		{"user", "list"}, {"user", "add", "wang", "--role", "examiner"}, {"user", "password", "wang"}, {"user", "role", "wang", "--role", "examiner"},
		{"user", "lock", "wang"}, {"user", "unlock", "wang"}, {"user", "unlock", "--ticket", "T1"}, {"user", "remove", "wang"},
		{"backup", "--to", t.TempDir()}, {"backup", "key"}, {"backup", "check", t.TempDir()},
		{"models"}, {"models", "install", orders}, {"clock", "confirm"}, {"clock", "reset"}, {"doctor"},
	}
	folders := wrongFolders(t)
	root := filepath.Dir(folders["empty"])
	before := tree(t, root)
	for what, folder := range folders {
		for i, args := range commands {
			if i%len(folders) != len(what)%len(folders) && args[0] != "import" && os.Getenv("KAODIAN_SOAK") == "" {
				continue // every command and every folder, each pair in the long run
			}
			said, complained, status := typed(t, "long enough\n", append(slices.Clone(args), "--data", folder)...)
			if status != exitRefused || !strings.Contains(said+complained, "--data DIR") && args[0] != "doctor" || strings.Count(strings.TrimSpace(complained), "\n") > 0 {
				t.Errorf("%v in what is %s: exit status %d, %q %q", args, what, status, said, complained)
			}
		}
	}
	for _, args := range [][]string{{"setup"}, {"demo"}, {"serve", "--http", "127.0.0.1:0"}} {
		for _, what := range []string{"a file", "somebody's", "another program's", "rubbish"} {
			if _, complained, status := typed(t, "", append(args, "--data", folders[what])...); status != exitRefused || !strings.Contains(complained, "--data DIR") {
				t.Errorf("%v in what is %s: exit status %d, %q", args, what, status, complained)
			}
		}
	}
	if after := tree(t, root); !slices.Equal(before, after) {
		t.Errorf("it was changed:\n%s\nis now\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

func TestWrongUsageIsTwoAndSaysWhatToType(t *testing.T) {
	folder := emptyCentre(t)
	for name, args := range map[string][]string{
		"no command": {}, "an unknown command": {"fly"}, "half a command": {"user"}, "an unknown half": {"user", "fly"},
		"an unknown flag": {"user", "list", "--loud"}, "no name": {"user", "add", "--role", "examiner"}, "no role": {"user", "add", "wang"},
		"an unknown role": {"user", "add", "wang", "--role", "king"}, "too many names": {"user", "lock", "wang", "li"},
		"a time that is none": {"clock", "confirm", "--at", "noon"}, "nobody": {"user", "unlock"}, "two at once": {"user", "unlock", "wang", "--ticket", "T1"},
		"no place for a backup": {"backup"}, "no backup to restore": {"restore"}, "fewer backups than none": {"backup", "--to", folder, "--keep", "-1"},
		"no reason": {"audit", "accept"}, "an empty reason": {"audit", "accept", "--reason", " "}, "a list that is not there": {"import", "orders", "none.csv"},
		"settings that are not there": {"user", "list", "--config", "none.toml"}, "no folder's name": {"user", "list", "--data", ""},
	} {
		if slices.Index(args, "--data") < 0 {
			args = append(args, "--data", folder)
		}
		if said, complained, status := typed(t, "", args...); status != exitUsage || said != "" || strings.Count(strings.TrimSpace(complained), "\n") > 0 {
			t.Errorf("%s: exit status %d, %q, %q", name, status, said, complained)
		}
	}
}

func TestAccountsAreListedLockedAndRemoved(t *testing.T) {
	folder := emptyCentre(t)
	do := func(want int, input string, args ...string) string {
		t.Helper()
		said, complained, status := typed(t, input, append(args, "--json", "--data", folder)...)
		if status != want || status == 0 && !json.Valid([]byte(said)) || status != 0 && complained == "" {
			t.Errorf("%v: exit status %d, %q, %q", args, status, said, complained)
		}
		return said + complained
	}
	do(1, "", "user", "add", "wang", "--role", "administrator") // no password
	do(0, "long enough\n", "user", "add", "wang", "--role", "administrator")
	do(0, "long enough\n", "user", "add", "li", "--role", "examiner")
	if said := do(1, "another one\n", "user", "add", "li", "--role", "administrator"); !strings.Contains(said, "already") {
		t.Errorf("a name that is taken: %q", said)
	}
	for _, name := range []string{"Wang", "ＷＡＮＧ", "wa ng"} {
		if said := do(1, "another one\n", "user", "add", name, "--role", "examiner"); !strings.Contains(said, "looks like the account wang") {
			t.Errorf("a name that looks like another: %q", said)
		}
	}
	if said := do(1, "", "user", "lock", "li\n\x1b[31mwang"); strings.ContainsAny(strings.TrimSpace(said), "\n\x1b") {
		t.Errorf("a name that a terminal obeys: %q", said)
	}
	for _, args := range [][]string{{"lock", "wang"}, {"remove", "wang"}, {"role", "wang", "--role", "technician"}} {
		if said := do(1, "", append([]string{"user"}, args...)...); !strings.Contains(said, "last administrator") {
			t.Errorf("%v: %q", args, said)
		}
	}
	do(0, "", "user", "lock", "li")
	do(0, "", "user", "lock", "li") // again
	var got struct {
		Users []struct {
			Name, Role string
			Locked     bool
		}
	}
	must(t, json.Unmarshal([]byte(do(0, "", "user", "list")), &got))
	if len(got.Users) != 2 || got.Users[0].Name != "li" || got.Users[0].Role != "examiner" || !got.Users[0].Locked || got.Users[1].Locked {
		t.Errorf("listed: %+v", got)
	}
	do(0, "", "user", "unlock", "li")
	do(0, "", "user", "role", "li", "--role", "administrator")
	do(0, "a new password\n", "user", "password", "li")
	do(1, "a new password\n", "user", "password", "nobody")
	do(0, "", "user", "remove", "wang") // li is one now
	must(t, json.Unmarshal([]byte(do(0, "", "user", "list")), &got))
	if len(got.Users) != 1 || got.Users[0].Locked {
		t.Errorf("at the end: %+v", got)
	}
	do(0, "", "audit", "verify")
}

func TestAMissingRoleIsToldWithAllRoles(t *testing.T) {
	for _, command := range []string{"add", "role"} {
		_, complained, status := typed(t, "", "user", command, "wang")
		if status != exitUsage || !strings.Contains(complained, "--role=administrator|invigilator|examiner|technician; ") {
			t.Errorf("%s: exit status %d, %q", command, status, complained)
		}
	}
}

// What is no file of ours is named, with the way out.
func TestAWrongFileSaysWhichIsWanted(t *testing.T) {
	folder, wrong := emptyCentre(t), list(t, row("T1", "钢琴", "3"))
	for what, c := range map[string]struct {
		args []string
		says string
	}{
		"settings":       {[]string{"user", "list", "--config", wrong}, "--config FILE"},
		"enrolment file": {[]string{"enrol", wrong}, "from the province again"},
	} {
		_, complained, status := typed(t, "", append(c.args, "--data", folder)...)
		if status != exitRefused || !strings.Contains(complained, c.says) || strings.Count(strings.TrimSpace(complained), "\n") > 0 {
			t.Errorf("a list in place of %s: exit status %d, %q", what, status, complained)
		}
	}
}

// A question has the same answer and status as a sentence and as JSON.
func TestACentreThatHasNotJoinedIsAnAnswer(t *testing.T) {
	folder := emptyCentre(t)
	said, complained, status := typed(t, "", "sync", "status", "--data", folder)
	if status != 0 || complained != "" || !strings.Contains(said, "kaodian enrol FILE") {
		t.Errorf("exit status %d, %q, %q", status, said, complained)
	}
	if _, _, status = typed(t, "", "sync", "status", "--json", "--data", folder); status != 0 {
		t.Errorf("as JSON exit status %d", status)
	}
	if _, _, status = typed(t, "", "sync", "now", "--data", folder); status != exitRefused {
		t.Errorf("«sync now» has exit status %d", status)
	}
}

func TestAClockThatWasNeverWrittenDownHasNoYearOne(t *testing.T) {
	for _, form := range [][]string{nil, {"--json"}} {
		said, complained, status := typed(t, "", append([]string{"clock", "reset", "--data", emptyCentre(t)}, form...)...)
		if status != 0 || strings.Contains(said, "0001") {
			t.Errorf("exit status %d, %q, %q", status, said, complained)
		}
	}
}

func TestAFileThatIsNotThereIsNamedAsItWasTyped(t *testing.T) {
	for _, args := range [][]string{{"enrol", "no.json"}, {"import", "orders", "no.json"}, {"import", "syllabus", "no.json"}, {"models", "install", "no.json"}, {"--config", "no.json", "doctor"}} {
		_, complained, status := typed(t, "", args...)
		if want := "kaodian: there is no file or folder no.json; look at its name, and whether the stick is plugged in\n"; complained != want || status != exitUsage {
			t.Errorf("%v: exit status %d, %q", args, status, complained)
		}
	}
}

func TestWrongUsageNamesTheHelpThatHelps(t *testing.T) {
	folder := emptyCentre(t)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no command":           {[]string{"serv"}, "«kaodian --help» lists the commands"},
		"an argument lacks":    {[]string{"import", "orders"}, "see «kaodian import orders --help»"},
		"no role":              {[]string{"user", "add", "wang"}, "see «kaodian user add --help»"},
		"a ticket as the name": {[]string{"user", "unlock", "DAY0001", "--data", folder}, "«kaodian user unlock --ticket DAY0001» is for a candidate"},
	} {
		if _, complained, status := typed(t, "", c.args...); status == 0 || !strings.Contains(complained, c.says) {
			t.Errorf("%s: %q", name, complained)
		}
	}
}
