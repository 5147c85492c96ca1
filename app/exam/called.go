package exam

// MaskName is a name as it may stand on a wall: who is called knows it, and a
// stranger does not learn it.
func MaskName(name string) string {
	letters := []rune(name)
	switch len(letters) {
	case 0, 1:
		return name
	case 2:
		return string(letters[:1]) + "*"
	}
	return string(letters[:1]) + "*" + string(letters[len(letters)-1:])
}

// minTail is how many of a ticket's last letters are called at least.
const minTail = 4

// TicketTails are the ends of tickets by which they are called: as short as
// tells them apart.
func TicketTails(tickets []string) map[string]string {
	tails := map[string]string{}
	for n := minTail; len(tails) < len(tickets); n++ {
		seen := map[string]int{}
		longest := 0
		for _, ticket := range tickets {
			seen[tailOf(ticket, n)]++
			longest = max(longest, len([]rune(ticket)))
		}
		for _, ticket := range tickets {
			if tail := tailOf(ticket, n); tails[ticket] == "" && (seen[tail] == 1 || n >= longest) {
				tails[ticket] = tail
			}
		}
		if n >= longest {
			break
		}
	}
	return tails
}

func tailOf(ticket string, n int) string {
	letters := []rune(ticket)
	return string(letters[max(0, len(letters)-n):])
}
