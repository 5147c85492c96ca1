package roster

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"kaodian/app/exam"
	"kaodian/app/roster/workbook"
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
func (s source) parseMoment(c cell, zone *time.Location) (moment, bool) {
	text, _ := wholeNumber(fold(c.text))
	if c.kind == workbook.Date {
		return isoMoment(c, zone)
	}
	if m := compact.FindStringSubmatch(text); m != nil {
		return civil(append(m, "", "", ""), zone)
	}
	if c.kind == workbook.Number {
		serial, err := strconv.ParseFloat(text, 64)
		if err != nil || !c.format.Date && serial < firstPlainDay {
			return moment{}, false
		}
		return s.fromSerial(serial, c.format.Time, zone)
	}
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return moment{time: t.In(zone)}, plausible(t)
	}
	if m := written.FindStringSubmatch(text); m != nil {
		return civil(m, zone)
	}
	return moment{}, false
}

// firstPlainDay is the first number of days that counts as a date where the
// spreadsheet shows a plain number: 2016 is a year, no day of 1905.
const firstPlainDay = 10_000

// isoMoment reads a cell that is written as a date, in the list's own zone.
func isoMoment(c cell, zone *time.Location) (moment, bool) {
	m := written.FindStringSubmatch(strings.TrimSuffix(clean(c.text), "Z"))
	if m == nil {
		return moment{}, false
	}
	found, ok := civil(m, zone)
	hour, minute, second := found.time.Clock()
	found.bare = hour+minute+second == 0 && !c.format.Time
	return found, ok
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
func (s source) fromSerial(serial float64, timed bool, zone *time.Location) (moment, bool) {
	const beyond = 2958466 // the day after 9999-12-31
	if serial < 1 || serial >= beyond {
		return moment{}, false
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case s.date1904:
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case serial < 60: // spreadsheets count a 29th of February 1900
		first = first.AddDate(0, 0, 1)
	}
	days, rest := math.Modf(serial)
	t := first.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(rest*24*60*60)) * time.Second)
	bare := t.Hour()+t.Minute()+t.Second() == 0 && !timed
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
