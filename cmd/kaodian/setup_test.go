package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/centre/store"
)

// answersIn writes a setup file with a password beside it.
func answersIn(t *testing.T, text string) (path string) {
	t.Helper()
	path = write(t, text)
	must(t, os.WriteFile(filepath.Join(filepath.Dir(path), "password"), []byte("a long password\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(filepath.Dir(path), "open"), []byte("a long password\n"), 0o644))
	must(t, os.Chmod(filepath.Join(filepath.Dir(path), "open"), 0o644)) // whatever the umask
	must(t, os.WriteFile(filepath.Join(filepath.Dir(path), "short"), []byte("short\n"), 0o600))
	return path
}

const director1 = "[[account]]\nname = \"王老师\"\nrole = \"administrator\"\npassword_file = \"password\"\n"

func TestASetupFileAnswersWhatTheWizardAsks(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	list := list(t, row("T1", "钢琴", "3"))
	file := answersIn(t, `[exam]
centre_name = "济南一号考点"
practice_first = true
[sync]
schedule = "30 6 * * *"
bandwidth = 500
[wifi]
name = "Kaodian"
password = "kaoshi2026"
[province]
enrolment_file = "`+invitation(t)+`"
[lists]
orders = "`+list+`"
`+director1)
	for _, again := range []bool{false, true} {
		text, status := output(t, "setup", file, "--data", folder, "--json")
		if status != 0 {
			t.Fatalf("again %v: exit status %d: %s", again, status, text)
		}
		if made := strings.Contains(text, "王老师"); made == again {
			t.Errorf("again %v: it says %s", again, text)
		}
	}
	c := openWith(t, folder, "")
	user, err := c.FindUser(t.Context(), "王老师")
	must(t, err)
	wifi, err := c.FindSetting(t.Context(), store.WifiPassword)
	must(t, err)
	steps, err := c.ListSetupSteps(t.Context())
	must(t, err)
	if c.name() != "济南一号考点" || !c.Rules().PracticeFirst || c.bandwidth() != 500_000 || user.Role != store.Administrator || wifi != "kaoshi2026" || len(steps) != 3 {
		t.Errorf("%s, %+v, %+v, %q, %+v", c.name(), c.settings(), user, wifi, steps)
	}
	if order := only(t, c); order.Ticket != "T1" {
		t.Errorf("the list gave %+v", order)
	}
	damage, err := c.Damage(t.Context())
	must(t, err)
	if lines, err := c.verifyAudit(t.Context()); err != nil || damage != "" || lines < 8 {
		t.Errorf("the audit log: %d lines, %v", lines, err)
	}
}

func TestABadSetupFileNamesTheLineAndChangesNothing(t *testing.T) {
	for name, one := range map[string]struct{ text, want string }{
		"no TOML":                         {"[exam\n", "line 1: "},
		"an unknown section":              {"[exams]\ncentre_name = \"a\"\n", "line 1: exams is no key"},
		"an unknown key":                  {"[exam]\ncentre_nam = \"a\"\n", "line 2: exam.centre_nam is no key"},
		"a rule of the exam":              {"[exam]\nmax_attempts = 9\n", "line 2: exam.max_attempts is no key"},
		"a switch that is none":           {"[exam]\npractice_first = \"often\"\n", "write true or false"},
		"a zone that is none":             {"[exam]\ncentre_name = \"a\"\ntimezone = \"Mars/North\"\n", "line 3: exam.timezone: there is no such time zone"},
		"a name that is too long":         {"[exam]\ncentre_name = \"" + strings.Repeat("长", 65) + "\"\n", "line 2: exam.centre_name: write one line"},
		"a span that is none":             {"[exam]\nreview_time = \"soon\"\n", "line 2: exam.review_time: write a span"},
		"a retention before nothing":      {"[retention]\nafter_receipt = \"-1h\"\n", "line 2: retention.after_receipt"},
		"a schedule that is none":         {"[sync]\nschedule = \"at night\"\n", "line 2: sync.schedule: that is no schedule"},
		"a bandwidth below nothing":       {"[sync]\nbandwidth = -1\n", "line 2: sync.bandwidth"},
		"too few sockets":                 {"[http]\nmax_sockets_per_address = 1\n", "line 2: http.max_sockets_per_address"},
		"a Wi-Fi password that is short":  {"[wifi]\nname = \"K\"\npassword = \"short\"\n", "line 3: wifi.password: write 8 to 63"},
		"an account without a name":       {"[[account]]\nrole = \"administrator\"\npassword_file = \"password\"\n", "line 1: account.name"},
		"a role that is none":             {director1 + strings.NewReplacer("administrator", "boss", "王老师", "李老师").Replace(director1), "line 7: account.role: \"boss\" is no role; write one of administrator"},
		"an account twice":                {director1 + director1, "line 6: account.name: there is an account \"王老师\" above already"},
		"accounts that look alike":        {director1 + strings.NewReplacer("administrator", "examiner", "王老师", "Ｗang").Replace(director1) + strings.NewReplacer("administrator", "examiner", "王老师", "wang").Replace(director1), "line 10: account.name: there is an account \"wang\" above already"},
		"a retention under a week":        {"[retention]\nafter_receipt = \"1h\"\n", "from \"168h\" to \"87600h\""},
		"an enrolment without an end":     {"[province]\nenrolment_file = \"/dev/zero\"\n", "longer than 1 MiB"},
		"an account without a password":   {"[[account]]\nname = \"a\"\nrole = \"examiner\"\n", "account.password_file: it is missing"},
		"a password file that is not":     {strings.Replace(director1, `"password"`, `"nowhere"`, 1), "line 4: account.password_file"},
		"a password that others can read": {strings.Replace(director1, `"password"`, `"open"`, 1), "chmod 600"},
		"a password that is short":        {strings.Replace(director1, `"password"`, `"short"`, 1), "fewer than 8"},
		"an enrolment that is not":        {"[province]\nenrolment_file = \"nowhere\"\n", "line 2: province.enrolment_file"},
		"another file as an enrolment":    {"[province]\nenrolment_file = \"password\"\n", "that is no enrolment file"},
		"a list that is not":              {"[lists]\norders = \"nowhere.csv\"\n", "line 2: lists.orders"},
		"photos without a list":           {"[lists]\nphotos = \".\"\n", "line 2: lists.photos: there is no list"},
	} {
		folder := filepath.Join(t.TempDir(), "data")
		_, said, status := typed(t, "", "setup", answersIn(t, one.text), "--data", folder)
		if status != exitRefused || !strings.Contains(said, one.want) || strings.Count(strings.TrimSpace(said), "\n") > 0 {
			t.Errorf("%s: exit status %d: %s", name, status, said)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%s: a folder was made", name)
		}
	}
}

// Windows' editor begins a file with a mark.
func TestASetupFileMayBeginWithAMark(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	if _, said, status := typed(t, "", "setup", answersIn(t, "\ufeff[exam]\ncentre_name = \"济南一号考点\"\n"), "--data", folder); status != 0 {
		t.Errorf("exit status %d: %s", status, said)
	}
}

// An account that looks like one of the file's is refused before another one
// of the file is made.
func TestASetupFileThatIsRefusedMakesNoAccount(t *testing.T) {
	folder := emptyCentre(t)
	must(t, openWith(t, folder, "").AddUser(t.Context(), store.User{Name: "Wang", Role: store.Examiner, Password: "x"}))
	alike := director1 + strings.NewReplacer("administrator", "examiner", "王老师", "wang").Replace(director1)
	if _, said, status := typed(t, "", "setup", answersIn(t, alike), "--data", folder); status != exitRefused || !strings.Contains(said, "looks like wang") {
		t.Errorf("%d: %s", status, said)
	}
	users, err := openWith(t, folder, "").ListUsers(t.Context())
	must(t, err)
	if len(users) != 1 {
		t.Errorf("there are %+v", users)
	}
}

func TestASetupFileDoesNotContradictTheCentre(t *testing.T) {
	folder := emptyCentre(t)
	if _, said, status := typed(t, "", "setup", answersIn(t, "[exam]\ncentre_name = \"a\"\n"), "--data", folder, "--config", write(t, "[exam]\ncentre_name = \"b\"\n")); status != exitRefused || !strings.Contains(said, "exam.centre_name stands in the settings file already") {
		t.Errorf("%d: %s", status, said)
	}
	first := invitation(t)
	text, err := os.ReadFile(first)
	must(t, err)
	other := write(t, strings.Replace(string(text), `"token":"token"`, `"token":"another"`, 1))
	for file, want := range map[string]int{first: 0, other: exitRefused} {
		if file == other {
			_, _, _ = typed(t, "", "setup", answersIn(t, "[province]\nenrolment_file = \""+first+"\"\n"), "--data", folder)
		}
		if _, said, status := typed(t, "", "setup", answersIn(t, "[province]\nenrolment_file = \""+file+"\"\n"), "--data", folder); status != want {
			t.Errorf("%s: exit status %d, want %d: %s", file, status, want, said)
		}
	}
	must(t, openWith(t, folder, "").AddUser(t.Context(), store.User{Name: "王老师", Role: store.Examiner, Password: "x"}))
	if _, said, status := typed(t, "", "setup", answersIn(t, director1), "--data", folder); status != exitRefused || !strings.Contains(said, "with the role examiner") {
		t.Errorf("%d: %s", status, said)
	}
}
