package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/seal"
)

func TestADemonstrationIsLaidOutOnceAndToldAgain(t *testing.T) {
	folder := t.TempDir()
	must(t, os.Mkdir(filepath.Join(folder, demoFolder), 0o700)) // begun, then killed
	first, status := output(t, "demo", "--data", folder)
	if status != 0 || !strings.Contains(first, "invigilator") || !strings.Contains(first, "administrator") {
		t.Fatalf("exit status %d, %q", status, first)
	}
	if again, _ := output(t, "demo", "--data", folder); again != first {
		t.Errorf("the second time it says %q", again)
	}
	text, _ := output(t, "demo", "--data", folder, "--json")
	var got demonstration
	must(t, json.Unmarshal([]byte(text), &got))
	if len(got.Candidates) == 0 || len(got.Staff) != 3 || got.sentence() != first {
		t.Errorf("as JSON it says %s, as text %s", text, first)
	}
}

func TestNoDemonstrationIsPutIntoARealCentresFolder(t *testing.T) {
	item := store.SyllabusItem{Subject: "钢琴", GradeFrom: 1, GradeTo: 10, ItemSpec: exam.ItemSpec{Name: "乐曲", Kind: exam.ItemPiece}}
	cases := map[string]func(*testing.T, *centre) error{
		"it has orders": func(t *testing.T, c *centre) error {
			take := importOrdersCommand{File: list(t, row("T1", "钢琴", "3"))}
			_, err := take.take(t.Context(), c)
			return err
		},
		"it has a syllabus": func(t *testing.T, c *centre) error {
			return c.ImportSyllabus(t.Context(), []store.SyllabusItem{item}, nil)
		},
		"it has an account of the demonstration's name": func(t *testing.T, c *centre) error {
			return c.PutUser(t.Context(), store.User{Name: demoStaff, Role: "administrator", Password: "hash"})
		},
	}
	for name, prepare := range cases {
		t.Run(name, func(t *testing.T) {
			folder := emptyCentre(t)
			c, err := (&common{Data: folder}).open(t.Context())
			must(t, err)
			defer c.Close()
			must(t, prepare(t, c))
			if said, status := output(t, "demo", "--data", folder); status != exitRefused {
				t.Errorf("exit status %d, %q", status, said)
			}
			if _, err := os.Stat(filepath.Join(folder, demoFolder)); err == nil {
				t.Error("the demonstration's folder was made all the same")
			}
		})
	}
}

// TestJSONWhereACommandPrintsData is the contract's.
func TestJSONWhereACommandPrintsData(t *testing.T) {
	folder := emptyCentre(t)
	good := list(t, row("T1", "钢琴", "3"))
	for _, c := range []struct {
		args []string
		want string // a key
	}{
		{[]string{"version"}, "version"},
		{[]string{"setup"}, "folder"},
		{[]string{"import", "orders", good}, "added"},
		{[]string{"audit", "verify"}, "lines"},
		{[]string{"sync", "status"}, "enrolled"},
		{[]string{"enrol", invitation(t)}, "answered"},
		{[]string{"clock", "reset"}, "now"},
	} {
		text, status := output(t, append(c.args, "--json", "--data", folder)...)
		got := map[string]any{}
		if err := json.Unmarshal([]byte(text), &got); err != nil || status != 0 {
			t.Errorf("%v: exit status %d, %v in %q", c.args, status, err, text)
		}
		if _, there := got[c.want]; !there {
			t.Errorf("%v has no key %s: %s", c.args, c.want, text)
		}
	}
}

// invitation writes an enrolment file of a province that nobody runs.
func invitation(t *testing.T) string {
	t.Helper()
	signer, err := seal.GenerateSigner()
	must(t, err)
	identity, err := seal.GenerateIdentity()
	must(t, err)
	text, err := batch.Canonical(batch.Invitation{
		Version: 1, Centre: "jinan", Drop: "dir:" + t.TempDir(), Recipient: identity.Recipient(), MinisignKey: signer.PublicKey(), Token: "token",
	})
	must(t, err)
	return write(t, string(text))
}
