package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/centre/store"
)

// withAudit is a centre with a few lines in its audit log.
func withAudit(t *testing.T) (folder string) {
	t.Helper()
	folder = emptyCentre(t)
	must(t, (&common{Data: folder}).withCentre(t.Context(), func(c *centre) error {
		return c.AddUser(t.Context(), store.User{Name: "wang", Role: "administrator", Password: "hash"})
	}))
	grow(t, folder)
	return folder
}

// grow adds four lines.
func grow(t *testing.T, folder string) {
	t.Helper()
	must(t, (&common{Data: folder}).withCentre(t.Context(), func(c *centre) error {
		for range 4 {
			if err := c.SetPassword(t.Context(), "wang", "hash"); err != nil {
				return err
			}
		}
		return nil
	}))
}

func verify(t *testing.T, folder string) (complained string, status int) {
	t.Helper()
	_, complained, status = typed(t, "", "audit", "verify", "--data", folder)
	return complained, status
}

// Lines that are cut off the end leave a chain that is whole; they are missed
// all the same, by whichever trace was left, and however much is written then.
func TestLinesCutOffTheAuditLogAreMissed(t *testing.T) {
	open, cut := "DROP TRIGGER audit_no_delete", "DELETE FROM audit WHERE seq > 1"
	shut := "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END"
	bend := "UPDATE audit_head SET seq = (SELECT max(seq) FROM audit), hash = (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1)"
	head := func(folder string) string { return filepath.Join(folder, "audit.head") }
	for name, tamper := range map[string]func(folder string){
		"the lines alone": func(folder string) { sql(t, folder, open, cut, shut) },
		"the lines, and what the database knows of them":     func(folder string) { sql(t, folder, open, cut, bend, shut) },
		"the lines, and all that the database knows of them": func(folder string) { sql(t, folder, open, cut, "DELETE FROM audit_head", shut) },
		"and the file beside it": func(folder string) {
			sql(t, folder, open, cut, bend, shut)
			must(t, os.Remove(head(folder)))
		},
		"and the file is one of before": func(folder string) {
			sql(t, folder, open, cut, bend, shut)
			text, err := os.ReadFile(head(folder))
			must(t, err)
			must(t, os.WriteFile(head(folder), []byte(strings.Replace(string(text), `"line":5`, `"line":1`, 1)), 0o600))
		},
		"and the file's key": func(folder string) {
			sql(t, folder, open, cut, bend, shut)
			must(t, os.Remove(head(folder)))
			must(t, os.Remove(filepath.Join(folder, "keys", "audit.key")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := withAudit(t)
			tamper(folder)
			for round := range 2 {
				if complained, status := verify(t, folder); status != exitRefused || !strings.Contains(complained, "audit accept --reason TEXT --data "+folder) {
					t.Errorf("round %d: exit status %d, %q", round, status, complained)
				}
				grow(t, folder) // past where it was
			}
			said, complained, status := typed(t, "", "audit", "accept", "--reason", "backup of Monday restored", "--data", folder, "--json")
			if status != 0 || !strings.Contains(said, "accepted") {
				t.Fatalf("accepting: %q %q", said, complained)
			}
			if complained, status := verify(t, folder); status != 0 {
				t.Errorf("afterwards: %q", complained)
			}
		})
	}
}

// A line that was changed is no gap, and nothing makes it good.
func TestAChangedLineOfTheAuditLogStaysOne(t *testing.T) {
	folder := withAudit(t)
	sql(t, folder, "DROP TRIGGER audit_no_update", "UPDATE audit SET action = 'nothing' WHERE seq = 2")
	for range 2 {
		if complained, status := verify(t, folder); status != exitRefused || !strings.Contains(complained, "line 2") {
			t.Errorf("exit status %d, %q", status, complained)
		}
		if _, _, status := typed(t, "", "audit", "accept", "--reason", "backup", "--data", folder); status != exitRefused {
			t.Error("it was accepted")
		}
	}
}

// A server says so when it starts, and a kill between a line and its witness
// is nothing that anybody misses.
func TestAServerSaysThatLinesAreMissing(t *testing.T) {
	folder := withAudit(t)
	p := startProgram(t, folder)
	grow(t, folder)
	p.kill()
	if complained, status := verify(t, folder); status != 0 {
		t.Errorf("after a kill: %q", complained)
	}
	sql(t, folder, "DROP TRIGGER audit_no_delete", "DELETE FROM audit WHERE seq > 2", "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)")
	p = startProgram(t, folder)
	p.await(t, "say that lines are missing", func() bool { return strings.Contains(p.words(), "lines are missing at the end of the audit log") })
	p.stop(t)
}

// A line that was changed before the start is said as well, though the chain's
// end is whole, and stays said.
func TestAServerSaysThatALineWasChanged(t *testing.T) {
	folder := withAudit(t)
	sql(t, folder, "DROP TRIGGER audit_no_update", "UPDATE audit SET action = 'nothing' WHERE seq = 2")
	p := startProgram(t, folder)
	p.await(t, "say that a line was changed", func() bool { return strings.Contains(p.words(), "changed at line 2") })
	p.stop(t)
}

// A line below the first is outside of the chain, whatever its number.
func TestALineThatWasSlippedInBeforeTheFirstIsNoticed(t *testing.T) {
	folder := withAudit(t)
	sql(t, folder, "CREATE TABLE forged AS SELECT * FROM audit WHERE seq = 1", "UPDATE forged SET seq = -9223372036854775808", "INSERT INTO audit SELECT * FROM forged", "DROP TABLE forged")
	if complained, status := verify(t, folder); status != exitRefused || !strings.Contains(complained, "changed at line -9223372036854775808") {
		t.Errorf("exit status %d, %q", status, complained)
	}
}
