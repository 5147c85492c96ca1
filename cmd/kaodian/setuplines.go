package main

import "strings"

// line is where the key stands in the n-th section of that name, else the section.
func (f setupFile) line(section, key string, n int) int {
	in, last := "", 1
	for row, line := range strings.Split(string(f.text), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			in = strings.Trim(strings.SplitN(line, "#", 2)[0], "[] \t")
			if in == section {
				n--
				last = row + 1
			}
			continue
		}
		name, _, found := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if found && (in == section && n == 0 && name == key || name == section+"."+key) {
			return row + 1
		}
		if n < 0 {
			break
		}
	}
	return last
}

// keyAt is the key in that line, with its section; "" for none.
func (f setupFile) keyAt(row int) string {
	section := ""
	for n, line := range strings.Split(string(f.text), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(strings.SplitN(line, "#", 2)[0], "[] \t")
		}
		if key, _, found := strings.Cut(line, "="); found && n+1 == row {
			return section + "." + strings.TrimSpace(key)
		}
	}
	return ""
}
