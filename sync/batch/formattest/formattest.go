// Package formattest runs the shell steps of FORMAT.md, the page of the format
// beside package batch, as they stand there, so that what the page says is true
// without our code. It keeps nothing.
package formattest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const page = "sync/batch/FORMAT.md"

// The steps of the page, by the name behind their fence's «sh».
const (
	Enrolment = "enrolment"
	Answer    = "answer"
	Batch     = "batch"
	Receipt   = "receipt"
	Example   = "example"
	Parcel    = "parcel"
)

// tools are what the steps need; Debian's packages have their names, but for
// age-keygen.
var tools = []string{"age", "age-keygen", "minisign", "sqlite3", "jq", "openssl", "sha256sum"}

// NeedTools skips the test where the steps cannot be run.
func NeedTools(t *testing.T) {
	t.Helper()
	for _, name := range tools {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("SKIPPED: %s is not installed, so the steps of %s were not run (apt install %s)", name, page, strings.TrimSuffix(name, "-keygen"))
		}
	}
}

// Folder is where the page and the schemas lie.
func Folder(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, page)); err == nil {
			return filepath.Join(dir, filepath.Dir(page))
		}
	}
	t.Fatalf("%s is nowhere above the test", page)
	return ""
}

// Text is the page.
func Text(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Folder(t), filepath.Base(page)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var fence = regexp.MustCompile("(?ms)^```([a-z ]+)\n(.*?)^```$")

// Blocks are the page's blocks behind that fence, such as «sh batch», in their order.
func Blocks(t *testing.T, kind string) (blocks []string) {
	t.Helper()
	for _, block := range fence.FindAllStringSubmatch(Text(t), -1) {
		if block[1] == kind {
			blocks = append(blocks, block[2])
		}
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no block «%s»", page, kind)
	}
	return blocks
}

// Names are what follows «sh» at the fences of the page, in their order.
func Names(t *testing.T) (names []string) {
	t.Helper()
	for _, block := range fence.FindAllStringSubmatch(Text(t), -1) {
		if name, found := strings.CutPrefix(block[1], "sh "); found {
			names = append(names, name)
		}
	}
	return names
}

// Run runs all steps of a name in one shell, with these variables, and returns
// what they print. An error is theirs.
func Run(t *testing.T, name string, variables map[string]string) (out string, err error) {
	t.Helper()
	return Shell(t, strings.Join(Blocks(t, "sh "+name), ""), variables)
}

// Shell runs a script as a reader of the page would: the first command that
// fails ends it.
func Shell(t *testing.T, script string, variables map[string]string) (out string, err error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-eu")
	command.Stdin = strings.NewReader(script)
	command.Env = os.Environ()
	for name, value := range variables {
		command.Env = append(command.Env, name+"="+value)
	}
	text, err := command.CombinedOutput()
	return string(text), err
}

// Place is a batch at a drop, as the steps name it.
type Place struct {
	Drop, Centre, Install string
	Sequence              string
	Previous              string // SHA-256 of the manifest before, "" for the first
	Identity              string // the province's age key file
	ProvinceKey           string // its minisign key
	Token                 string
	Work                  string // an empty folder; what the steps make is there after them
}

// Variables are the place's, as the page calls them. The install's key is the
// one that Enrol found.
func (p Place) Variables(t *testing.T) map[string]string {
	t.Helper()
	key, _ := os.ReadFile(filepath.Join(p.Work, "install.key")) // before Enrol there is none
	return map[string]string{
		"DROP": p.Drop, "CENTRE": p.Centre, "INSTALL": p.Install, "SEQUENCE": p.Sequence, "PREVIOUS": p.Previous, "IDENTITY": p.Identity,
		"PROVINCE_KEY": p.ProvinceKey, "TOKEN": p.Token, "WORK": p.Work, "FORMAT": Folder(t), "KEY": strings.TrimSpace(string(key)),
	}
}

// Do runs the steps of a name at the place and fails the test if one of them does.
func (p Place) Do(t *testing.T, name string) string {
	t.Helper()
	out, err := Run(t, name, p.Variables(t))
	if err != nil {
		t.Fatalf("%s of %s/%s/%s: %v\n%s", name, p.Centre, p.Install, p.Sequence, err, out)
	}
	return out
}

// File is what the steps left under that name.
func (p Place) File(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.Work, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
