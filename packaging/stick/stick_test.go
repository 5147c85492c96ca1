package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aead.dev/minisign"
)

func command(t *testing.T, name string, args ...string) (said string, err error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	return string(out), err
}

func needs(t *testing.T, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Skipf("no %s here", tool)
	}
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

// What was built later sorts higher for dpkg: former hashes, days and counts,
// candidates below their version, what came after a tag above it.
func TestLaterVersionsSortHigher(t *testing.T) {
	needs(t, "dpkg")
	former := "0~g226c71f" // as packages without a tag were called before
	for _, build := range [][3]string{
		{"1e7a082", "20261128", "796"},
		{"0ab1234", "20261128", "801"},
		{"fff1234-dirty", "20261203", "802"},
		{"v1.0.0-rc1", "20261204", "803"},
		{"v1.0.0-rc1-4-g1234abc", "20261205", "807"},
		{"v1.0.0-rc2", "20261206", "808"},
		{"v1.0.0", "20261207", "809"},
		{"v1.0.0-12-gabc1234", "20261208", "821"},
		{"v1.0.1", "20261209", "822"},
	} {
		version, err := command(t, "../deb/version", build[0], build[1], build[2])
		if err != nil {
			t.Fatalf("%v: %v\n%s", build, err, version)
		}
		version = strings.TrimSpace(version)
		if said, err := command(t, "dpkg", "--compare-versions", version, "gt", former); err != nil {
			t.Errorf("%s (of %s) is not above %s %s", version, build[0], former, said)
		}
		former = version
	}
}

// The units keep what they do not need out of reach; above 40 systemd would call
// them less than OK.
func TestTheUnitsAreShutIn(t *testing.T) {
	needs(t, "systemd-analyze")
	units, err := filepath.Glob("../deb/*.service")
	if err != nil || len(units) != 3 {
		t.Fatalf("units: %v, %v", units, err)
	}
	for _, unit := range units {
		said, err := command(t, "systemd-analyze", "security", "--offline=yes", "--threshold=40", "--no-pager", unit)
		if err != nil || !strings.Contains(said, "Overall exposure level") || strings.Contains(strings.ToLower(said), "unknown") {
			t.Errorf("%s: %v\n%s", unit, err, said)
		}
	}
}

// The scripts that dpkg runs are the plain shell's, with every place filled in.
func TestTheScriptsOfThePackagesAreShell(t *testing.T) {
	for _, name := range []string{"config", "preinst", "postinst", "prerm", "postrm", "kaodian-admin"} {
		content, err := os.ReadFile(filepath.Join("..", "deb", name))
		if err != nil {
			t.Fatal(err)
		}
		filled := strings.NewReplacer("@PACKAGE@", "p", "@USER@", "p", "@DATA@", "/var/lib/p", "@VERSION@", "1", "@UNITS@", "a b", "@STOPPED@", "a b").Replace(string(content))
		if strings.Contains(strings.ReplaceAll(filled, "$@", ""), "@") {
			t.Errorf("%s has a place that nothing fills", name)
		}
		path := filepath.Join(t.TempDir(), name)
		writeFile(t, path, filled)
		if said, err := command(t, "sh", "-n", path); err != nil {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// testStick is a small stick with the real «install» and a real signature.
func testStick(t *testing.T) (dir, key string) {
	t.Helper()
	dir, key = t.TempDir(), filepath.Join(t.TempDir(), "key")
	if err := makeKey(key); err != nil {
		t.Fatal(err)
	}
	install, err := os.ReadFile("install")
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	arch, err := command(t, "dpkg", "--print-architecture")
	if err != nil {
		t.Fatal(err)
	}
	verifier := filepath.Join(dir, "verify")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", verifier, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for name, content := range map[string]string{
		"install": string(install), "key.pub": string(public), "VERSION": "1.0\n", "ARCHITECTURE": arch,
		"debian/Packages": "Package: a\n\n", "debian/a_1_all.deb": "a package",
	} {
		writeFile(t, filepath.Join(dir, name), content)
	}
	signStick(t, dir, key)
	return dir, key
}

// signStick writes a stick's checksums and signs them.
func signStick(t *testing.T, dir, key string) {
	t.Helper()
	sums := ""
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), "SHA256SUMS") {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256(content), name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "SHA256SUMS"), sums)
	if err := sign(key, filepath.Join(dir, "SHA256SUMS")); err != nil {
		t.Fatal(err)
	}
}

// onDebian skips where a stick would be refused for another reason.
func onDebian(t *testing.T) {
	t.Helper()
	needs(t, "dpkg")
	release, _ := os.ReadFile("/etc/os-release")
	if !bytes.Contains(release, []byte("VERSION_CODENAME=bookworm")) {
		t.Skip("no Debian 12 here")
	}
	if _, err := os.Stat("/etc/kaodian/stick.pub"); err == nil {
		t.Skip("this machine knows the key of other sticks")
	}
}

// A byte that changed, a file that is missing, another architecture, another's
// signature: each is refused in one sentence in both languages.
func TestAStickThatChangedIsRefused(t *testing.T) {
	onDebian(t)
	stick, key := testStick(t)
	install := filepath.Join(stick, "install")
	if said, err := command(t, "sh", install, "check"); err != nil || !strings.Contains(said, "The stick is whole; version 1.0") {
		t.Fatalf("a whole stick: %v\n%s", err, said)
	}
	refused := func(what, words string) {
		t.Helper()
		said, err := command(t, "sh", install, "check")
		if err == nil || !strings.Contains(said, words) || strings.Count(said, "\n") != 2 || !strings.HasPrefix(said, "没有安装：") {
			t.Errorf("%s: %v\n%s", what, err, said)
		}
	}
	for _, name := range []string{"VERSION", "debian/Packages", "debian/a_1_all.deb", "SHA256SUMS", "key.pub", "verify"} {
		path := filepath.Join(stick, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		broken := bytes.Clone(whole)
		broken[len(broken)-2] ^= 1
		writeFile(t, path, string(broken))
		words := "a file on the stick is damaged (" + name + ")"
		if name == "SHA256SUMS" || name == "key.pub" {
			words = "the stick's signature does not hold"
		}
		refused("a changed byte in "+name, words)
		writeFile(t, path, string(whole))
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := makeKey(other); err != nil {
		t.Fatal(err)
	}
	signStick(t, stick, other)
	refused("another's signature", "the stick's signature does not hold")
	writeFile(t, filepath.Join(stick, "ARCHITECTURE"), "riscv64\n")
	signStick(t, stick, key)
	refused("another architecture", "the stick is for riscv64, and this machine is")
	if err := os.Remove(filepath.Join(stick, "debian/Packages")); err != nil {
		t.Fatal(err)
	}
	refused("a missing file", "debian/Packages is missing")
}

// The signatures are minisign's own: its tool takes them, and its keys with a
// password sign here.
func TestSignaturesAreMinisigns(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := makeKey(key); err != nil {
		t.Fatal(err)
	}
	if err := makeKey(key); err == nil {
		t.Error("a key was written over")
	}
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, "what was signed")
	if err := sign(key, file); err != nil {
		t.Fatal(err)
	}
	if err := verify(key+".pub", file); err != nil {
		t.Error(err)
	}
	if _, err := exec.LookPath("minisign"); err == nil {
		if said, err := command(t, "minisign", "-VHq", "-p", key+".pub", "-m", file); err != nil {
			t.Errorf("minisign itself: %v %s", err, said)
		}
	}
	locked := lockedKey(t, "a password")
	t.Setenv("KAODIAN_STICK_PASSWORD", "a password")
	if err := sign(locked, file); err != nil {
		t.Error(err)
	}
	if err := verify(key+".pub", file); err == nil {
		t.Error("another key's signature holds")
	}
}

func lockedKey(t *testing.T, password string) string {
	t.Helper()
	_, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text, err := minisign.EncryptKey(password, private)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "locked")
	writeFile(t, path, string(text))
	return path
}
