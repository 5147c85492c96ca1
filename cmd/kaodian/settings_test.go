package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/exam"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kaodian.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWithoutAFileTheRulesValuesHold(t *testing.T) {
	s, err := readSettings("")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := s.rules()
	if err != nil {
		t.Fatal(err)
	}
	want := exam.DefaultRules(rules.Location)
	for grade := 1; grade <= 10; grade++ {
		if rules.Limit(grade) != want.Limit(grade) {
			t.Errorf("R7: grade %d has %s, want %s", grade, rules.Limit(grade), want.Limit(grade))
		}
	}
	if rules.MaxAttempts != 3 || rules.MaxClipBytes != 500<<20 || rules.UploadGrace != 0 || rules.ResetTimedOut != exam.ResetWithinDay {
		t.Errorf("the defaults are %+v", rules)
	}
}

// The file that the package installs is the list of the keys: each with its
// default, and a line above that says its rule.
func TestTheInstalledFileHoldsEveryKeyWithItsDefault(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "packaging", "deb", "kaodian.toml"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	key := regexp.MustCompile(`^# ([a-z_]+) = `)
	told := map[string]bool{}
	section := ""
	for i, line := range lines {
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
		}
		if found := key.FindStringSubmatch(line); found != nil {
			told[section+"."+found[1]] = true
			lines[i] = strings.TrimPrefix(line, "# ")
			if !strings.HasPrefix(lines[i-1], "# ") && !key.MatchString("# "+lines[i-1]) {
				t.Errorf("%s has no line that says its rule", found[1])
			}
		} else if line != "" && line[0] != '#' && line[0] != '[' {
			t.Errorf("%q sets something, so the default is not what holds", line)
		}
	}
	for name := range defaults {
		if !told[name] {
			t.Errorf("packaging/deb/kaodian.toml lacks %s", name)
		}
	}
	inFile, err := readSettings(write(t, strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	byDefault, err := readSettings("")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(byDefault, inFile); diff != "" {
		t.Errorf("the file's values are not the defaults (-default +file):\n%s", diff)
	}
	installed, err := readSettings(filepath.Join("..", "..", "packaging", "deb", "kaodian.toml"))
	if err != nil || cmp.Diff(byDefault, installed) != "" {
		t.Errorf("the file as it is installed is not the defaults: %v", err)
	}
}

func TestTheEnvironmentComesBeforeTheFile(t *testing.T) {
	path := write(t, "[exam]\nupload_grace = \"1m\"\nmax_attempts = 2\ntime_limits = [{ grades = \"1-10\", limit = \"5s\" }]\n")
	t.Setenv("KAODIAN_EXAM_UPLOAD_GRACE", "20s")
	t.Setenv("KAODIAN_HTTP_MAX_SOCKETS_PER_ADDRESS", "500")
	t.Setenv("KAODIAN_MODELS", "/somewhere/else") // no setting, and no error
	t.Setenv("KAODIAN_HTTP", "127.0.0.1:8080")    // the demonstration's own
	s, err := readSettings(path)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := s.rules()
	if err != nil {
		t.Fatal(err)
	}
	if rules.UploadGrace != 20*time.Second || rules.MaxAttempts != 2 || rules.Limit(8) != 5*time.Second || s.HTTP.MaxSocketsPerAddress != 500 {
		t.Errorf("got %+v, %+v", rules, s.HTTP)
	}
}

func TestASettingNobodyKnowsIsAnError(t *testing.T) {
	cases := map[string]string{
		"a key with a typo":            "[exam]\nupload_graze = \"1m\"\n",
		"a section with a typo":        "[exams]\nmax_attempts = 3\n",
		"a number that is none":        "[exam]\nmax_attempts = \"many\"\n",
		"a duration that is none":      "[exam]\nupload_grace = \"soon\"\n",
		"a file that is no TOML":       "exam: max\n",
		"a grade without a time limit": "[exam]\ntime_limits = [{ grades = \"1-9\", limit = \"5s\" }]\n",
		"grades the wrong way round":   "[exam]\ntime_limits = [{ grades = \"9-1\", limit = \"5s\" }]\n",
		"a zone that is none":          "[exam]\ntimezone = \"Mars/North\"\n",
		"a reset span that is none":    "[exam]\nauto_submit_reset = \"week\"\n",
	}
	for name, text := range cases {
		s, err := readSettings(write(t, text))
		if err == nil {
			_, err = s.rules()
		}
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestR26ACentreCanWantAPracticeRunFirst(t *testing.T) {
	s, err := readSettings(write(t, "[exam]\npractice_first = true\n"))
	if err != nil {
		t.Fatal(err)
	}
	if rules, err := s.rules(); err != nil || !rules.PracticeFirst {
		t.Errorf("practice first: %v, %v", rules.PracticeFirst, err)
	}
}

func TestAVariableThatIsNoSettingIsAnError(t *testing.T) {
	t.Setenv("KAODIAN_EXAM_UPLOAD_GRAZE", "20s")
	if _, err := readSettings(""); err == nil || !strings.Contains(err.Error(), "KAODIAN_EXAM_UPLOAD_GRAZE") {
		t.Errorf("got %v", err)
	}
}

// TestExitStatuses are the contract's: 0, 1 for a refusal, 2 for wrong usage.
func TestExitStatuses(t *testing.T) {
	data := emptyCentre(t)
	list := write(t, "准考证号,姓名\nT1,王小明\n")
	for name, c := range map[string]struct {
		args []string
		want int
	}{
		"version":                        {[]string{"version"}, 0},
		"an unknown command":             {[]string{"serv"}, exitUsage},
		"an unknown flag":                {[]string{"version", "--loud"}, exitUsage},
		"a missing argument":             {[]string{"import", "orders"}, exitUsage},
		"an order list with no column":   {[]string{"import", "orders", list, "--data", data}, exitRefused},
		"an address that is none":        {[]string{"serve", "--http", "nonsense", "--data", data}, exitUsage},
		"a port that is none":            {[]string{"serve", "--https", "127.0.0.1:99999", "--data", data}, exitUsage},
		"sync before enrolment":          {[]string{"sync", "now", "--data", data}, exitRefused},
		"an enrolment file that is none": {[]string{"enrol", list, "--data", data}, exitRefused},
	} {
		if got := run(c.args); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestAWrongSettingIsNamedInOneSentence(t *testing.T) {
	for text, want := range map[string]string{
		"[exam]\nmax_atempts = 3\n":                     "has the key exam.max_atempts, which is no setting",
		"[nope]\nx = 1\n":                               "has the key nope.x, which is no setting",
		"[exam]\nmax_attempts = \"three\"\n":            "exam.max_attempts is \"three\", and has to be a whole number",
		"[exam]\nmax_attempts = [1]\n":                  "exam.max_attempts is \"[1]\", and has to be a whole number",
		"[exam]\nupload_grace = \"soon\"\n":             "is \"soon\", and has to be a span of time",
		"[exam]\nupload_grace = 30\n":                   "is 30, and has to be a span of time",
		"[exam]\npractice_first = \"often\"\n":          "exam.practice_first is \"often\", and has to be true or false",
		"[exam]\ntime_limits = [{ grade = \"1-4\" }]\n": "grade",
	} {
		_, err := readSettings(write(t, text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "decoding failed") || !strings.Contains(err.Error(), "correct it") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestABrokenSettingsFileIsNamedWithItsLine(t *testing.T) {
	_, err := readSettings(write(t, "[exam]\nmax_attempts = 3\n[http\n"))
	if err == nil || !strings.Contains(err.Error(), ", line 3, column ") {
		t.Error(err)
	}
}
