package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The data folders that earlier versions left, each made by the program of
// that commit: six orders, of which two were submitted, sealed, received by a
// province and acknowledged, one runs with extra time and half an upload, one
// was reset, one practises, one did nothing.
func TestAFolderOfAnEarlierVersionIsMigratedAndServed(t *testing.T) {
	folders, err := filepath.Glob("testdata/made-by-*.tgz")
	must(t, err)
	if len(folders) == 0 {
		t.Fatal("no folder of an earlier version is here")
	}
	for _, packed := range folders {
		t.Run(strings.TrimSuffix(filepath.Base(packed), ".tgz"), func(t *testing.T) {
			folder := filepath.Join(unpacked(t, packed), "data")
			for command, want := range map[string]string{
				"audit verify": "unbroken",
				"sync status":  "batch 1: accepted, 2 orders, 2 files",
				"user list":    "examiner",
			} {
				if said := mustSay(t, append(strings.Fields(command), "--data", folder)...); !strings.Contains(said, want) {
					t.Errorf("%s: %q, want %q", command, said, want)
				}
			}
			p := startProgram(t, folder)
			if got := submittedClips(t, p.address); got != 2 {
				t.Errorf("%d clips of the submitted order play, want 2", got)
			}
			staff := newGuest(t, p.address)
			staff.post("/api/v1/staff/login", `{"name": "chief", "password": "a long password"}`)
			p.kill()
			if said := mustSay(t, "audit", "verify", "--data", folder); !strings.Contains(said, "unbroken") {
				t.Errorf("audit verify after serving: %q", said)
			}
		})
	}
}

// submittedClips logs the first candidate in, and counts the clips of the
// submitted attempt whose bytes come.
func submittedClips(t *testing.T, address string) int {
	child := newGuest(t, address)
	child.post("/api/v1/login", `{"ticket": "FX0000", "id_number": "FXP0", "device": "phone"}`)
	var orders []struct {
		Status    string `json:"status"`
		AttemptID string `json:"attempt_id"`
	}
	child.get("/api/v1/orders", &orders)
	if len(orders) != 1 || orders[0].Status != "submitted" {
		t.Fatalf("orders: %+v", orders)
	}
	var attempt struct {
		Items []struct {
			Clip struct {
				ID   string `json:"id"`
				Size int    `json:"size"`
			} `json:"clip"`
		} `json:"items"`
	}
	child.get("/api/v1/attempts/"+orders[0].AttemptID, &attempt)
	count := 0
	for _, item := range attempt.Items {
		if video := child.get("/api/v1/clips/"+item.Clip.ID+"/video", nil); len(video) == item.Clip.Size && len(video) > 0 {
			count++
		}
	}
	return count
}

// guest is a browser with its cookies.
type guest struct {
	t       *testing.T
	address string
	http.Client
}

func newGuest(t *testing.T, address string) *guest {
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &guest{t: t, address: address, Client: http.Client{Jar: jar}}
}

func (v *guest) post(path, body string) {
	v.t.Helper()
	answer, err := v.Post(v.address+path, "application/json", strings.NewReader(body))
	must(v.t, err)
	v.read(path, answer)
}

func (v *guest) get(path string, into any) []byte {
	v.t.Helper()
	answer, err := v.Get(v.address + path)
	must(v.t, err)
	text := v.read(path, answer)
	if into != nil {
		must(v.t, json.Unmarshal(text, into))
	}
	return text
}

func (v *guest) read(path string, answer *http.Response) []byte {
	v.t.Helper()
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(v.t, err)
	if answer.StatusCode >= 300 {
		v.t.Fatalf("%s: %s: %s", path, answer.Status, text)
	}
	return text
}

func unpacked(t *testing.T, packed string) string {
	t.Helper()
	folder := t.TempDir()
	if out, err := exec.Command("tar", "-xzf", packed, "-C", folder).CombinedOutput(); err != nil {
		t.Fatalf("unpack %s: %v: %s", packed, err, out)
	}
	return folder
}

// mustSay runs a command as a process of its own and returns what it prints.
func mustSay(t *testing.T, args ...string) string {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, out, errs.String())
	}
	return string(out)
}
