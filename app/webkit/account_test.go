package webkit

import (
	"strings"
	"testing"
)

func TestAnAccountIsOneThatCanLogIn(t *testing.T) {
	long := strings.Repeat("王", 30)
	for _, c := range []struct {
		what, name, password string
		good                 bool
	}{
		{"a name", "teacher", "a password", true},
		{"a Chinese name with a space", "王 老师", "密码 password", true},
		{"no name", "", "a password", false},
		{"spaces", "  ", "a password", false},
		{"a letter without a shape", "\u200b", "a password", false},
		{"a space at its end", "teacher ", "a password", false},
		{"two lines", "teacher\nadministrator", "a password", false},
		{"a control character", "tea\x1bcher", "a password", false},
		{"a letter nobody sees", "tea\u200bcher", "a password", false},
		{"a turned direction", "tea\u202echer", "a password", false},
		{"a name longer than the log-in takes", long, "a password", false},
		{"a password longer than the log-in takes", "teacher", strings.Repeat("x", 257), false},
		{"a password that nobody can type", "teacher", "pass\x00word", false},
	} {
		if _, err := NewPassword(c.name, c.password); (err == nil) != c.good {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}
