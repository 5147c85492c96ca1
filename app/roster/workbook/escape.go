package workbook

import (
	"regexp"
	"strconv"
)

// A character that XML cannot hold is written _x000D_, and such a text itself
// with its first sign so.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func unescape(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(code string) string {
		n, _ := strconv.ParseUint(code[2:6], 16, 16) // the pattern lets digits through only
		if 0xD800 <= n && n < 0xE000 {
			return code // half of a pair says nothing alone
		}
		return string(rune(n))
	})
}
