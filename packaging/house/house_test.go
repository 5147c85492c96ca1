package house

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the repository, seen from this folder.
const root = "../.."

// unit is what `go list` says of one package or test binary.
type unit struct {
	ImportPath string
	ForTest    string
	Standard   bool
	CgoFiles   []string
	Deps       []string
}

// list runs `go list` at the root; the result is keyed by import path.
func list(t *testing.T, args ...string) map[string]unit {
	t.Helper()
	args = append([]string{"list", "-json=ImportPath,ForTest,Standard,CgoFiles,Deps"}, args...)
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	units := map[string]unit{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var u unit
		if err := decoder.Decode(&u); errors.Is(err, io.EOF) {
			return units
		} else if err != nil {
			t.Fatalf("go list's answer: %v", err)
		}
		units[u.ImportPath] = u
	}
}

// reaches lists the dependencies that are one of the packages or below it.
func (u unit) reaches(packages ...string) []string {
	var found []string
	for _, dep := range u.Deps {
		if slices.ContainsFunc(packages, func(p string) bool { return within(dep, p) }) {
			found = append(found, dep)
		}
	}
	return found
}

// within says whether path is the package or below it, also in a test's
// variant («a [b.test]»). A package of the standard library stands for itself
// alone: everybody may know the types of database/sql/driver.
func within(path, pkg string) bool {
	path, _, _ = strings.Cut(path, " ")
	ours := pkg == "kaodian" || strings.HasPrefix(pkg, "kaodian/")
	return path == pkg || (ours || strings.Contains(pkg, ".")) && strings.HasPrefix(path, pkg+"/")
}

const (
	centreDriver   = "github.com/mattn/go-sqlite3"
	provinceDriver = "github.com/ncruces/go-sqlite3"
	openCV         = "gocv.io/x/gocv"
)

// standsOn are the leaves that a package may know which else knows nothing.
var standsOn = map[string][]string{
	"kaodian/app/exam":        {"kaodian/app/base/refusal", "kaodian/app/base/shown", "kaodian/app/base/text"},
	"kaodian/app/base/text":   {"kaodian/app/base/refusal"},
	"kaodian/app/base/login":  {"kaodian/app/base/refusal"},
	"kaodian/app/base/sqlkit": {"kaodian/app/base/refusal"},
	"kaodian/app/centre/room": {"kaodian/app/base/refusal"},
	"kaodian/media/ffmpeg":    {"kaodian/app/base/shown"},
	"kaodian/media/measure":   {"kaodian/app/base/shown"},
}

// What depguard cannot see: it looks at the imports of one file, this at all
// that a package pulls in.
func TestNoPackageReachesWhatItMustNotKnow(t *testing.T) {
	units := list(t, "./...")
	for _, rule := range []struct {
		pkg   string // the package and all below it
		avoid []string
	}{
		{"kaodian/cmd/kaodian-province", []string{"kaodian/app/centre", "kaodian/media", "kaodian/sync/outbox", "kaodian/sync/parcels", centreDriver, openCV}},
		{"kaodian/cmd/kaodian", []string{"kaodian/app/province", "kaodian/sync/inbox", "kaodian/sync/publish", provinceDriver}},
		{"kaodian/app", []string{"kaodian/sync"}},
		{"kaodian/app/exam", []string{"kaodian", "database/sql", "net/http", "os/exec"}},
		{"kaodian/app/base/refusal", []string{"kaodian"}},
		{"kaodian/app/base/shown", []string{"kaodian"}},
		{"kaodian/app/base/text", []string{"kaodian"}},
		{"kaodian/app/base/login", []string{"kaodian"}},
		{"kaodian/app/base/sqlkit", []string{"kaodian", centreDriver, provinceDriver}},
		{"kaodian/app/centre/room", []string{"kaodian"}},
		{"kaodian/app/base/accounts", []string{"kaodian/app/centre", "kaodian/app/province", "kaodian/app/exam", "kaodian/app/webkit", "kaodian/sync", "kaodian/media", centreDriver, provinceDriver}},
		{"kaodian/app/base/durable", []string{"kaodian"}},
		{"kaodian/app/base/clock", []string{"kaodian"}},
		{"kaodian/app/webkit", []string{"kaodian/app/exam", "kaodian/app/centre", "kaodian/app/province", "kaodian/sync", "kaodian/media", "database/sql"}},
		{"kaodian/app/centre/store", []string{"github.com/gofiber/fiber", "kaodian/media", "kaodian/app/webkit"}},
		{"kaodian/app/province", []string{"kaodian/app/centre", "kaodian/media", centreDriver, openCV}},
		{"kaodian/app/centre/upload", []string{"github.com/gofiber/fiber", "kaodian/media", openCV}},
		{"kaodian/app/centre/inspect", []string{"github.com/gofiber/fiber", openCV}},
		{"kaodian/app/centre/inspect/reading", []string{"kaodian/app/centre", "database/sql", openCV}},
		{"kaodian/app/roster", []string{"github.com/gofiber/fiber", "kaodian/app/centre", "kaodian/app/province", "kaodian/sync", "kaodian/media", openCV}},
		{"kaodian/app/centre/web", []string{openCV}},
		{"kaodian/app/centre/web/transport", []string{"kaodian/app/centre/web"}},
		{"kaodian/app/centre/web/tus", []string{"kaodian/app/centre/web/access", "kaodian/app/centre/web/candidate", "kaodian/app/centre/web/staff"}},
		{"kaodian/app/centre/web/candidate", []string{"kaodian/app/centre/web/staff"}},
		{"kaodian/app/centre/web/staff", []string{"kaodian/app/centre/web/candidate"}},
		{"kaodian/media", []string{"kaodian/app/exam", "kaodian/app/centre", "kaodian/app/province", "kaodian/app/webkit", "kaodian/sync"}},
		{"kaodian/media/ffmpeg", []string{"kaodian/app", "kaodian/sync", openCV}},
		{"kaodian/media/measure", []string{"kaodian/app", "kaodian/sync", openCV}},
		{"kaodian/sync/batch", []string{"kaodian/app", "kaodian/media", centreDriver, "github.com/gofiber/fiber"}},
		{"kaodian/sync/records", []string{"kaodian/app", "kaodian/media", centreDriver, provinceDriver}},
		{"kaodian/sync/seal", []string{"kaodian/app/exam", "kaodian/app/centre", "kaodian/app/province", "kaodian/media", "database/sql"}},
		{"kaodian/sync/drop", []string{"kaodian/app/exam", "kaodian/app/centre", "kaodian/app/province", "kaodian/media", "database/sql"}},
		{"kaodian/sync/outbox", []string{"kaodian/app/province", "kaodian/media", provinceDriver, "github.com/gofiber/fiber"}},
		{"kaodian/sync/parcels", []string{"kaodian/app/province", "kaodian/media", provinceDriver, "github.com/gofiber/fiber"}},
		{"kaodian/sync/backup", []string{"kaodian/app/centre/store", "kaodian/app/exam", "kaodian/app/province", "kaodian/media", "kaodian/sync/outbox", "database/sql", "github.com/gofiber/fiber"}},
		{"kaodian/sync/publish", []string{"kaodian/app/centre", "kaodian/media", centreDriver, "github.com/gofiber/fiber"}},
		{"kaodian/sync/inbox", []string{"kaodian/app/centre", "kaodian/media", centreDriver, "github.com/gofiber/fiber"}},
	} {
		for path, u := range units {
			if !within(path, rule.pkg) || strings.HasSuffix(path, "test") { // helpers of tests, in no program
				continue
			}
			found := slices.DeleteFunc(u.reaches(rule.avoid...), func(dep string) bool { return within(dep, rule.pkg) || slices.Contains(standsOn[rule.pkg], dep) })
			if len(found) > 0 {
				t.Errorf("%s must not reach %s", path, strings.Join(found, ", "))
			}
		}
	}
}

// Both SQLite drivers register the name «sqlite3»: a binary with both panics
// at its start, a test binary too.
func TestNoBinaryLinksBothDrivers(t *testing.T) {
	for path, u := range list(t, "-test", "./...") {
		if len(u.reaches(centreDriver)) > 0 && len(u.reaches(provinceDriver)) > 0 {
			t.Errorf("%s links both SQLite drivers", path)
		}
	}
}

// The province runs on any office machine: nothing of it needs cgo.
func TestTheProvinceNeedsNoCgo(t *testing.T) {
	units := list(t, "-deps", "./...")
	program, exists := units["kaodian/cmd/kaodian-province"]
	if !exists {
		t.Fatal("there is no cmd/kaodian-province")
	}
	for _, dep := range program.Deps {
		if u := units[dep]; !u.Standard && len(u.CgoFiles) > 0 {
			t.Errorf("kaodian-province reaches %s, which is written with cgo", dep)
		}
	}
}

// OpenCV can abort the process, so it is linked where the worker starts only.
func TestOpenCVIsLinkedInTheWorkersProgramOnly(t *testing.T) {
	for path, u := range list(t, "./...") {
		allowed := within(path, "kaodian/media/vision/cv") || path == "kaodian/cmd/kaodian"
		if !allowed && len(u.reaches(openCV)) > 0 {
			t.Errorf("%s reaches OpenCV; only cmd/kaodian (which becomes the worker) may", path)
		}
	}
}

func TestTheTopLevelHasTheHousesFoldersOnly(t *testing.T) {
	allowed := []string{
		".ci", ".editorconfig", ".gitattributes", ".gitignore", ".golangci.yml", "LICENSE", "Makefile", "README.md",
		"app", "cmd", "go.mod", "go.sum", "media", "packaging", "sync", "ui",
	}
	for _, file := range tracked(t) {
		top, _, _ := strings.Cut(file, "/")
		if !slices.Contains(allowed, top) {
			t.Errorf("%s: the house has no %q at its top level; find the folder it belongs to", file, top)
			allowed = append(allowed, top) // say it once
		}
		if dir := filepath.Dir(file); filepath.Ext(file) == ".go" && (dir == "." || dir == "sync") {
			t.Errorf("%s: this folder is no package (std has the name sync)", file)
		}
	}
}

// A package comment says what the package owns, what it promises after a
// crash and what it must not import; one line says none of that.
func TestEveryPackageSaysWhatItOwns(t *testing.T) {
	comments := map[string]int{} // folder → length of its package comment
	for _, file := range tracked(t) {
		if filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "packaging/tools/") {
			continue
		}
		dir := filepath.Dir(file)
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.PackageClauseOnly|parser.ParseComments)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, not yet committed
		}
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if !ast.IsGenerated(parsed) {
			comments[dir] = max(comments[dir], len(parsed.Doc.Text()))
		}
	}
	const shortest = 80
	for dir, length := range comments {
		if length < shortest {
			t.Errorf("%s: its package comment has %d characters; say what it owns and what it must not import", dir, length)
		}
	}
}

// tracked lists the files that git knows.
func tracked(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("not a git checkout, so there is no list of files: %v", err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
}
