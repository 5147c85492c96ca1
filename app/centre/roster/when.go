package roster

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"kaodian/app/exam"
)

// moment is a date as a list tells it: a day, perhaps with a time of day, in
// the zone that was written or else in the association's.
type moment struct {
	time time.Time
	bare bool // only a day was told
}

// Dates are written year first; 7/1/2026 could be read two ways and is refused.
var (
	written = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时](\d{2})分?(?::(\d{2})(?:\.\d+)?)?)?$`)
	compact = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
)

// Years outside these are slips of the pen.
const firstYear, lastYear = 1900, 2199

// parseMoment reads a cell of a date column; false when it is no date.
func (s sheet) parseMoment(c cell, zone *time.Location) (moment, bool) {
	text := fold(c.text)
	if m := compact.FindStringSubmatch(text); m != nil {
		return civil(append(m, "", "", ""), zone)
	}
	if s.excel {
		if serial, err := strconv.ParseFloat(text, 64); err == nil {
			return s.fromSerial(serial, c.shown, zone)
		}
	}
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return moment{time: t.In(zone)}, plausible(t)
	}
	if m := written.FindStringSubmatch(text); m != nil {
		return civil(m, zone)
	}
	return moment{}, false
}

// civil builds the moment of [_, year, month, day, hour, minute, second] and
// refuses what no calendar has; 24:00 is the end of the day.
func civil(parts []string, zone *time.Location) (moment, bool) {
	var n [6]int
	for i, text := range parts[1:] {
		n[i], _ = strconv.Atoi(text) // the pattern lets digits or nothing through
	}
	bare := parts[4] == ""
	day := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	switch {
	case day.Year() != n[0] || int(day.Month()) != n[1] || day.Day() != n[2]:
		return moment{}, false
	case n[4] > 59 || n[5] > 59 || n[3] > 24 || n[3] == 24 && n[4]+n[5] > 0:
		return moment{}, false
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, zone)
	return moment{time: t, bare: bare}, plausible(t)
}

// fromSerial reads a spreadsheet's number of days. Midnight counts as a time
// of day only where the spreadsheet shows it as one.
func (s sheet) fromSerial(serial float64, shown string, zone *time.Location) (moment, bool) {
	const beyond = 2958466 // the day after 9999-12-31
	if serial < 1 || serial >= beyond {
		return moment{}, false
	}
	t, err := excelize.ExcelDateToTime(serial, s.date1904)
	if err != nil {
		return moment{}, false
	}
	t = t.Round(time.Second)
	bare := t.Hour()+t.Minute()+t.Second() == 0 && !strings.Contains(shown, ":")
	t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
	return moment{time: t, bare: bare}, plausible(t)
}

func plausible(t time.Time) bool { return firstYear <= t.Year() && t.Year() <= lastYear }

// date is the calendar day.
func (m moment) date() exam.Date { return exam.DateOf(m.time) }

// end is the first moment that is past it: of a bare day the next midnight,
// because an end given as a day means the end of that day.
func (m moment) end() time.Time {
	if !m.bare {
		return m.time
	}
	return time.Date(m.time.Year(), m.time.Month(), m.time.Day()+1, 0, 0, 0, 0, m.time.Location())
}
