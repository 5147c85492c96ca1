package seal_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/sync/seal"
)

// run runs a program of its own project in dir and returns what it wrote.
func run(t *testing.T, dir string, name string, arguments ...string) string {
	t.Helper()
	command := exec.Command(name, arguments...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(arguments, " "), err, out)
	}
	return string(out)
}

func needTool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed: it was not tried whether it reads what we write (apt install %s)", name, name)
	}
}

func write(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	need(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	need(t, err)
	return content
}

func TestAgeOpensSealedFilesOfEverySize(t *testing.T) {
	needTool(t, "age")
	dir := t.TempDir()
	with, to := identity(t)
	need(t, with.Save(filepath.Join(dir, "identity")))
	for _, size := range sizes {
		plain := content(size)
		write(t, dir, "sealed.age", encrypt(t, to, plain))
		// To standard output: a file for no bytes at all it does not make.
		if run(t, dir, "age", "--decrypt", "-i", "identity", "sealed.age") != string(plain) {
			t.Errorf("%d bytes came back changed", size)
		}
	}
}

func TestWeOpenWhatAgeSealsToItsOwnKeyFile(t *testing.T) {
	needTool(t, "age")
	needTool(t, "age-keygen")
	dir := t.TempDir()
	run(t, dir, "age-keygen", "-o", "identity")
	with, err := seal.LoadIdentity(filepath.Join(dir, "identity"))
	need(t, err)
	plain := content(2*chunk + 9)
	write(t, dir, "plain", plain)
	run(t, dir, "age", "-r", with.Recipient(), "-o", "sealed.age", "plain")
	got, err := decrypt(t, read(t, dir, "sealed.age"), with)
	if err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%d bytes came back: %v", len(got), err)
	}
}

func TestMinisignAcceptsWhatWeSign(t *testing.T) {
	needTool(t, "minisign")
	dir := t.TempDir()
	mine, _ := signer(t)
	write(t, dir, "manifest.json", content(5000))
	signature := sign(t, mine, content(5000))
	write(t, dir, "manifest.json.minisig", signature)
	// -H refuses the old form.
	said := run(t, dir, "minisign", "-V", "-H", "-P", mine.PublicKey(), "-m", "manifest.json")
	if !strings.Contains(said, "Trusted comment: batch 00000001") {
		t.Errorf("the trusted comment is not shown: %s", said)
	}
	write(t, dir, "manifest.json", content(4999))
	command := exec.Command("minisign", "-V", "-P", mine.PublicKey(), "-m", "manifest.json")
	command.Dir = dir
	if err := command.Run(); err == nil {
		t.Error("it accepts another message: the test shows nothing")
	}
}

func TestWeAcceptWhatMinisignSigns(t *testing.T) {
	needTool(t, "minisign")
	dir := t.TempDir()
	run(t, dir, "minisign", "-G", "-W", "-p", "key.pub", "-s", "key")
	message := content(5000)
	write(t, dir, "message", message)
	run(t, dir, "minisign", "-S", "-W", "-s", "key", "-m", "message", "-t", "by hand")
	public := strings.Fields(string(read(t, dir, "key.pub")))
	verifier, err := seal.ParseVerifier(public[len(public)-1])
	need(t, err)
	need(t, verifier.Verify(message, read(t, dir, "message.minisig")))
	if verifier.Verify(message[1:], read(t, dir, "message.minisig")) == nil {
		t.Error("another message was accepted")
	}
	run(t, dir, "minisign", "-S", "-l", "-W", "-s", "key", "-m", "message")
	if verifier.Verify(message, read(t, dir, "message.minisig")) == nil {
		t.Error("the old form was accepted")
	}
}

func TestMinisignAndWeReadEachOthersKeys(t *testing.T) {
	needTool(t, "minisign")
	dir := t.TempDir()
	message := content(300)
	write(t, dir, "message", message)

	run(t, dir, "minisign", "-G", "-W", "-p", "theirs.pub", "-s", "theirs")
	theirs, err := seal.LoadSigner(filepath.Join(dir, "theirs"))
	need(t, err)
	write(t, dir, "message.minisig", sign(t, theirs, message))
	run(t, dir, "minisign", "-V", "-H", "-p", "theirs.pub", "-m", "message")

	mine, verifier := signer(t)
	need(t, mine.Save(filepath.Join(dir, "mine")))
	run(t, dir, "minisign", "-S", "-W", "-s", "mine", "-m", "message")
	need(t, verifier.Verify(message, read(t, dir, "message.minisig")))
}
