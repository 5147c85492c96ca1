package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/province/store/storetest"
)

// A line that was changed before the start is said, though the log's end is
// whole.
func TestAServerSaysThatALineOfTheAuditLogWasChanged(t *testing.T) {
	p, _ := enrolled(t)
	storetest.Exec(t, filepath.Join(p.dir, "province"), "DROP TRIGGER audit_no_update", "UPDATE audit SET action = 'nothing' WHERE seq = 1")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "serve", "--http", "127.0.0.1:0") // ends with the test
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), "KAODIAN_PROVINCE_TEST=1")
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "changed at line 1") {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
			_ = cmd.Wait() // it was killed
			return
		}
	}
	t.Errorf("it ended: %v", cmd.Wait())
}

// A line below the first is outside of the chain, whatever its number.
func TestALineThatWasSlippedInBeforeTheFirstIsNoticed(t *testing.T) {
	p, _ := enrolled(t)
	storetest.Exec(t, filepath.Join(p.dir, "province"), "CREATE TABLE forged AS SELECT * FROM audit WHERE seq = 1", "UPDATE forged SET seq = -9223372036854775808", "INSERT INTO audit SELECT * FROM forged", "DROP TABLE forged")
	if r := p.run("", "audit", "verify"); r.code == 0 || !strings.Contains(r.errors, "changed at line -9223372036854775808") {
		t.Errorf("exit status %d, %q", r.code, r.errors)
	}
}
