package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
)

// Only what is known to be harmless is kept: no text of an error, no name, no
// address.
func TestTheServiceLogKeepsNothingPersonal(t *testing.T) {
	folder := t.TempDir()
	kept := &serviceLog{}
	log := newLog(kept)
	gone := &fs.PathError{Op: "open", Path: "/media/诸葛小欢/clip", Err: syscall.EIO}
	log.With("by", "诸葛小欢").Error("before the centre is there", "error", fmt.Errorf("看诸葛小欢: %w", gone))
	kept.begin(folder)
	log.Warn("a job failed", "kind", "inspect", "try", 3, "clip", "abc", "error", refusal.New(refusal.DiskFull, "name", "诸葛小欢"), "address", "13812345678", "to", "诸葛小欢")
	log.Info("odd", "found", "诸葛小欢 13812345678", "error", errors.New("诸葛小欢"), "took", 3*time.Second, "any", []string{"诸葛小欢"})
	text, err := os.ReadFile(filepath.Join(folder, serviceLogName))
	must(t, err)
	for _, secret := range []string{"诸葛", "13812345678", "media"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%q stands in\n%s", secret, text)
		}
	}
	lines, err := logPage{folder}.Lines("info")
	must(t, err)
	want := []string{
		"info odd [{error *errors.errorString} {took 3s}]",
		"warn a job failed [{kind inspect} {try 3} {clip abc} {error disk_full}]",
		"error before the centre is there [{error input/output error}]",
	}
	for i, line := range lines {
		if got := fmt.Sprint(line.Level, " ", line.Message, " ", line.Details); got != want[i] {
			t.Errorf("%s, want %s", got, want[i])
		}
	}
	if lines, err := (logPage{folder}).Lines("error"); err != nil || len(lines) != 1 {
		t.Errorf("errors only: %v %v", lines, err)
	}
}

// The log is bounded, and what a crash left of a line hides no other.
func TestTheServiceLogStaysSmall(t *testing.T) {
	folder := t.TempDir()
	kept := &serviceLog{}
	kept.begin(folder)
	line := staff.LogLine{At: time.Unix(1, 0), Level: "info", Message: strings.Repeat("x", 10_000)}
	for range 300 {
		kept.keep(line)
	}
	size := int64(0)
	for _, name := range []string{serviceLogName, formerServiceLog} {
		info, err := os.Stat(filepath.Join(folder, name))
		must(t, err)
		size += info.Size()
	}
	if size > 2*maxServiceLog {
		t.Errorf("%d bytes", size)
	}
	kept.close()
	file, err := os.OpenFile(filepath.Join(folder, serviceLogName), os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = file.WriteString(`{"at":"2026-01-01T00:00:00Z","level":"in` + "\n")
	must(t, errors.Join(err, file.Close()))
	kept.keep(staff.LogLine{At: time.Unix(2, 0), Level: "warn", Message: "last"})
	lines, err := logPage{folder}.Lines("info")
	must(t, err)
	if len(lines) < 100 || lines[0].Message != "last" {
		t.Errorf("%d lines, the newest %q", len(lines), lines[0].Message)
	}
}

// The hash of a photo or a scan is a person's: who was erased would stand in the log.
func TestTheServiceLogNamesNoPhotoByItsHash(t *testing.T) {
	hash := strings.Repeat("5e", 32)
	for file, want := range map[string]string{
		"vault/photos/" + hash: "vault/photos/…", "vault/consents/" + hash: "vault/consents/…", "vault/evidence/" + hash: "vault/evidence/…",
		"vault/bank/" + hash: "vault/bank/" + hash, "vault/clips/abc": "vault/clips/abc",
	} {
		record := slog.NewRecord(time.Unix(1, 0), slog.LevelError, "a stored file is not as it was", 0)
		record.Add("file", file)
		if line := harmlessLine(record, nil); len(line.Details) != 1 || line.Details[0].Value != want {
			t.Errorf("%s: %+v", file, line.Details)
		}
	}
}

// A message is kept as it is, so it has to be a text of the source.
func TestMessagesOfTheLogAreTextsOfTheSource(t *testing.T) {
	made := regexp.MustCompile(`\b[lL]og\.(?:Error|Warn|Info|Debug)\(([^"].*)`)
	for _, top := range []string{"../../app", "../../cmd", "../../media", "../../sync"} {
		must(t, filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, found := range made.FindAllStringSubmatch(string(text), -1) {
				if !strings.HasPrefix(found[1], "what, ") { // cmd/kaodian/backups.go, whose callers say it in words
					t.Errorf("%s: %s", path, found[0])
				}
			}
			return err
		}))
	}
}

func TestTheDeskSeesWhatTheServiceWrote(t *testing.T) {
	_, d := openDesk(t, emptyCentre(t))
	var log struct{ Lines []staff.LogLine }
	d.want(http.StatusOK, "GET", "/api/v1/staff/log", nil, &log)
	if len(log.Lines) == 0 || log.Lines[len(log.Lines)-1].At.IsZero() {
		t.Fatalf("%+v", log)
	}
	serving := false
	for _, line := range log.Lines {
		serving = serving || line.Message == "serving"
	}
	if !serving {
		t.Errorf("%+v", log.Lines)
	}
}

// Whatever lies where the log is, nobody waits for it and no link is followed; what
// a crash left of a line takes no other with it, and the log never grows on.
func TestTheServiceLogBesideWhatIsNotItsOwn(t *testing.T) {
	line := func(message string) staff.LogLine {
		return staff.LogLine{At: time.Unix(1, 0), Level: "info", Message: message}
	}
	t.Run("half a line, and a long one", func(t *testing.T) {
		folder := t.TempDir()
		must(t, os.WriteFile(filepath.Join(folder, serviceLogName), []byte(strings.Repeat("x", 200_000)+"\n"+`{"at":"2026-01-0`), 0o600))
		kept := &serviceLog{}
		kept.begin(folder)
		kept.keep(line("next"))
		if lines, err := readServiceLog(folder); err != nil || len(lines) != 1 || lines[0].Message != "next" {
			t.Errorf("%+v, %v", lines, err)
		}
	})
	t.Run("a pipe, and a link", func(t *testing.T) {
		folder, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere")
		must(t, syscall.Mkfifo(filepath.Join(folder, serviceLogName), 0o600))
		must(t, os.Symlink(elsewhere, filepath.Join(folder, formerServiceLog)))
		kept := &serviceLog{}
		kept.begin(folder)
		kept.keep(line("lost"))
		if lines, err := readServiceLog(folder); err == nil || len(lines) != 0 {
			t.Errorf("%+v, %v", lines, err)
		}
		b := bundle{folder: folder}
		if b.lines(); b.about.LogError == "" {
			t.Error("the support bundle does not say that the log cannot be read")
		}
	})
	t.Run("a folder in the former one's place", func(t *testing.T) {
		folder := t.TempDir()
		must(t, os.Mkdir(filepath.Join(folder, formerServiceLog), 0o700))
		must(t, os.WriteFile(filepath.Join(folder, formerServiceLog, "x"), nil, 0o600))
		kept := &serviceLog{}
		kept.begin(folder)
		for range 300 {
			kept.keep(line(strings.Repeat("x", 10_000)))
		}
		info, err := os.Stat(filepath.Join(folder, serviceLogName))
		must(t, err)
		if info.Size() > maxServiceLog {
			t.Errorf("%d bytes", info.Size())
		}
	})
}
