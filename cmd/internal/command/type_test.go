package command

import (
	"os/exec"
	"testing"
)

// What a command says to type is typed as it stands, wherever the folder lies.
func TestALineToTypeNamesTheFolderAsAShellReadsIt(t *testing.T) {
	for _, folder := range []string{"/var/lib/kaodian", "/srv/考点 一", "/srv/it's", "/srv/$HOME`id`", `/srv/a\b*?"c"`, "/srv/50%", "/srv/a;b&c|d", "/srv/a,b=c", "/srv/{a,b}"} {
		line := Common{Program: "kaodian", Folder: func() (string, string) { return "--data", folder }}.Type("user list")
		said, err := exec.CommandContext(t.Context(), "sh", "-c", "set -- "+line+`; printf %s "$5"`).Output()
		if err != nil || string(said) != folder {
			t.Errorf("%s: the shell read %q, %v", line, said, err)
		}
	}
}
