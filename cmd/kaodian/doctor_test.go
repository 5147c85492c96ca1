package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/cmd/kaodian/doctor"
	"kaodian/media/vision"
	"kaodian/media/vision/cv"
	"kaodian/sync/batch"
)

// TestMain lets the doctor start its face worker, and imports the reader of
// their lists, which are this binary, and tests the whole program, which is it
// too.
func TestMain(m *testing.M) {
	cv.Main()
	listMain()
	hogMain()
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// examined is what the doctor says of each part, and its exit status.
func examined(t *testing.T, args ...string) (found map[string]doctor.Check, status int) {
	t.Helper()
	text, status := output(t, append([]string{"doctor", "--json"}, args...)...)
	var report struct{ Checks []doctor.Check }
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	found = map[string]doctor.Check{}
	for _, c := range report.Checks {
		found[c.Name] = c
		if (c.State == doctor.Good) != (c.Next == "") || c.Found == "" {
			t.Errorf("%s does not say what to do, or does without need: %+v", c.Name, c)
		}
	}
	return found, status
}

// healthy is a data folder of which the doctor has nothing bad to say.
func healthy(t *testing.T) (folder string) {
	t.Helper()
	installed, err := vision.FindModels([]string{"../../models"})
	must(t, err)
	if installed.Detector == nil || installed.Network == nil {
		t.Skip("the face models are not there; run: make models")
	}
	t.Setenv("KAODIAN_MODELS", "../../models")
	folder = emptyCentre(t)
	if status := run([]string{"import", "orders", list(t, row("T1", "钢琴", "3")), "--data", folder}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	return folder
}

func TestTheDoctorFindsAHealthyMachineGood(t *testing.T) {
	folder := healthy(t)
	if status := run([]string{"enrol", invitation(t), "--data", folder}); status != 0 {
		t.Fatalf("enrol: exit status %d", status)
	}
	found, status := examined(t, "--data", folder)
	if status != 0 {
		t.Errorf("exit status %d", status)
	}
	for _, name := range []string{"data", "disk", "clock", "ffmpeg", "OpenCV", "models", "sync"} {
		if found[name].State != doctor.Good {
			t.Errorf("%s: %+v", name, found[name])
		}
	}
	if !strings.Contains(found["sync"].Found, "next run in ") {
		t.Errorf("the time to the next sync is missing: %s", found["sync"].Found)
	}
	if c := found["camera"]; c.State != doctor.Attention || !strings.Contains(c.Next, "--https") {
		t.Errorf("without a certificate: %+v", c)
	}
	text, _ := output(t, "doctor", "--data", folder)
	for _, line := range []string{"good       data", "attention  camera", "→ serve with --https"} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is missing in\n%s", line, text)
		}
	}
}

// TestTheDoctorSaysWhatIsWrong breaks one thing at a time.
func TestTheDoctorSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name   string
		part   string
		says   string
		breaks func(t *testing.T, folder string) (args []string)
	}{
		{"another folder", "data", "there is no folder", func(_ *testing.T, folder string) []string {
			return []string{"--data", filepath.Join(folder, "other")}
		}},
		{"a damaged database", "data", "damaged", func(t *testing.T, folder string) []string {
			path := filepath.Join(folder, databaseName)
			data, err := os.ReadFile(path)
			must(t, err)
			for i := len(data) / 2; i < len(data); i++ {
				data[i] ^= 0x5a
			}
			must(t, os.WriteFile(path, data, 0o600))
			return nil
		}},
		{"a full disk", "disk", "no other can upload", func(t *testing.T, _ string) []string {
			t.Setenv("KAODIAN_EXAM_MAX_CLIP_BYTES", "1000000000000000")
			return nil
		}},
		{"a clock that was set back", "clock", "the exam's clock shows", func(t *testing.T, folder string) []string {
			_, stop := serveAt(t, folder, time.Now().Add(3*time.Hour))
			stop()
			return nil
		}},
		{"a certificate that is none", "camera", "certificate", func(t *testing.T, folder string) []string {
			must(t, os.MkdirAll(filepath.Join(folder, "keys"), 0o700))
			must(t, os.WriteFile(filepath.Join(folder, "keys", "authority.pem"), []byte("rubbish"), 0o600))
			return nil
		}},
		{"no ffmpeg", "ffmpeg", "is not installed", func(t *testing.T, _ string) []string {
			t.Setenv("PATH", t.TempDir())
			return nil
		}},
		{"an ffmpeg that does nothing", "ffmpeg", "", func(t *testing.T, _ string) []string {
			bin := t.TempDir()
			for _, name := range []string{"ffmpeg", "ffprobe"} {
				must(t, os.Symlink("/bin/true", filepath.Join(bin, name)))
			}
			t.Setenv("PATH", bin)
			return nil
		}},
		{"a damaged model", "models", "SHA-256", func(t *testing.T, folder string) []string {
			must(t, os.MkdirAll(filepath.Join(folder, "models"), 0o700))
			must(t, os.WriteFile(filepath.Join(folder, "models", "fr_detect.onnx"), []byte("rubbish"), 0o600))
			return nil
		}},
		{"a drop that is gone", "sync", "does not answer", func(t *testing.T, folder string) []string {
			file := invitation(t)
			if status := run([]string{"enrol", file, "--data", folder}); status != 0 {
				t.Fatalf("enrol: exit status %d", status)
			}
			var to batch.Invitation
			text, err := os.ReadFile(file)
			must(t, err)
			must(t, json.Unmarshal(text, &to))
			must(t, os.RemoveAll(strings.TrimPrefix(to.Drop, "dir:")))
			return nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := healthy(t)
			args := c.breaks(t, folder)
			if args == nil {
				args = []string{"--data", folder}
			}
			found, status := examined(t, args...)
			if part := found[c.part]; part.State != doctor.Wrong || !strings.Contains(part.Found, c.says) {
				t.Errorf("%+v", part)
			}
			if status != exitRefused {
				t.Errorf("exit status %d", status)
			}
		})
	}
}
