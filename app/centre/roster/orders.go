package roster

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kaodian/app/exam"
)

// OrderList is what an order list says.
type OrderList struct {
	Rows     []Row     // the good rows, in the file's order
	Problems []Problem // everything that is wrong, in the file's order
}

// Row is one good row of the list.
type Row struct {
	Number       int // as the spreadsheet counts it
	Registration exam.Registration
	PhotoFile    string // name in the photo folder, "" where none is named
	PhotoType    string // media type, set by CheckPhotos with Registration.Photo
}

// ReadOrders reads an order list (R1): XLSX (its first sheet) or CSV in UTF-8
// or GB18030, whatever the file is called. Times without a zone are meant in
// zone. It never fails: whatever is wrong is a problem with row and column.
func ReadOrders(content []byte, zone *time.Location) OrderList {
	r := reader{zone: zone}
	places, body := r.open(content, orderColumns)
	if Failed(r.problems) {
		return OrderList{Problems: r.problems}
	}
	var rows []Row
	bad := map[int]bool{}
	for _, l := range body {
		r.line, r.places, r.bad = l, places, false
		rows = append(rows, r.order())
		bad[l.number] = r.bad
	}
	for _, number := range r.refuseTwins(rows) {
		bad[number] = true
	}
	rows = slices.DeleteFunc(rows, func(row Row) bool { return bad[row.Number] })
	sortProblems(r.problems)
	return OrderList{Rows: rows, Problems: r.problems}
}

// reader reads one line after another and collects what is wrong.
type reader struct {
	sheet
	zone     *time.Location
	file     string // for the problems' File
	places   columnMap
	line     line
	bad      bool // the line has more than a warning
	problems []Problem
}

// open reads the file up to its headings.
func (r *reader) open(content []byte, columns []column) (columnMap, []line) {
	var problems []Problem
	r.sheet, problems = readSheet(content)
	r.note(0, problems...)
	if len(r.lines) == 0 && !Failed(r.problems) {
		r.note(0, problem(FileEmpty)...)
	}
	if Failed(r.problems) {
		return nil, nil
	}
	head, body := r.split(columns)
	if r.guessed && countHeadings(columns, head) == 0 {
		r.note(0, problem(EncodingUnknown)...)
		return nil, nil
	}
	places, problems := mapColumns(columns, head)
	r.note(0, problems...)
	if len(body) == 0 {
		r.note(head.number, problem(NoRows)...)
	}
	return places, body
}

// note keeps problems, with the row where they do not name one.
func (r *reader) note(row int, problems ...Problem) {
	for _, p := range problems {
		if p.Row == 0 {
			p.Row = row
		}
		p.File = r.file
		r.problems = append(r.problems, p)
		r.bad = r.bad || !p.Warning
	}
}

// wrong refuses the current line for a cell; args are key, value …
func (r *reader) wrong(column string, code Code, args ...any) {
	p := problem(code, args...)[0]
	p.Column = column
	r.note(r.line.number, p)
}

// cell returns the current line's cell of a column; false when it is empty
// or cannot be used, which is noted.
func (r *reader) cell(column string) (cell, bool) {
	place, there := r.places[column]
	if !there {
		return cell{}, false
	}
	c := r.line.get(place)
	c.text = clean(c.text)
	switch {
	case spreadsheetError.MatchString(c.text):
		r.wrong(column, CellError, "value", c.text)
		return cell{}, false
	case utf8.RuneCountInString(c.text) > maxCellRunes:
		r.wrong(column, CellTooLong, "limit", maxCellRunes)
		return cell{}, false
	}
	return c, c.text != ""
}

// text returns a cell's text, "" when it is empty.
func (r *reader) text(column string) string {
	c, _ := r.cell(column)
	return c.text
}

// required returns a cell's text and refuses the line when it is empty.
func (r *reader) required(column string) string {
	before := len(r.problems)
	c, ok := r.cell(column)
	if !ok && len(r.problems) == before {
		r.wrong(column, CellMissing)
	}
	return c.text
}

// expected returns a cell's text and warns when it is empty: the rules ask
// for it (R1), the exam can do without.
func (r *reader) expected(column string) string {
	before := len(r.problems)
	c, ok := r.cell(column)
	if _, there := r.places[column]; !ok && there && len(r.problems) == before {
		r.note(r.line.number, warn(column, CellMissing)...)
	}
	return c.text
}

// number returns a required number that is kept as text, and refuses one
// that a spreadsheet shortened to fifteen digits.
func (r *reader) number(text, column string) string {
	if scientific.MatchString(text) {
		r.wrong(column, NumberMangled, "value", text)
		return ""
	}
	return text
}

func (r *reader) order() Row {
	g := exam.Registration{
		Ticket:          r.number(fold(r.required("ticket")), "ticket"),
		Name:            r.required("name"),
		Pinyin:          r.expected("pinyin"),
		Gender:          r.gender(),
		BirthDate:       r.date("birth_date", r.expected),
		IDType:          parseIDType(r.required("id_type")),
		IDNumber:        r.number(withoutSpaces(r.required("id_number")), "id_number"),
		GuardianAddress: r.expected("guardian_address"),
		Phone:           r.number(fold(r.expected("phone")), "phone"),
		Subject:         r.required("subject"),
		Grade:           r.grade(),
		Window:          r.window(),
		Pieces:          r.pieces(),
		PhotoTaken:      r.date("photo_taken", r.text),
	}
	r.checkBirthDate(g)
	r.note(r.line.number, checkResidentID(g)...)
	return Row{Number: r.line.number, Registration: g, PhotoFile: r.photoFile()}
}

// withoutSpaces takes out the spaces that people group long numbers with;
// letter case and width stay as they were (R1).
func withoutSpaces(text string) string { return strings.ReplaceAll(text, " ", "") }

func (r *reader) gender() string {
	text := r.expected("gender")
	gender, ok := parseGender(text)
	if !ok {
		r.wrong("gender", GenderInvalid, "value", shorten(text))
	}
	return gender
}

func (r *reader) grade() int {
	text := r.required("grade")
	grade, ok := parseGrade(text)
	if !ok && text != "" {
		r.wrong("grade", GradeInvalid, "value", shorten(text))
	}
	return grade
}

func (r *reader) pieces() []exam.Piece {
	text := r.text("pieces")
	pieces, ok := parsePieces(text)
	if !ok {
		r.wrong("pieces", PiecesInvalid, "value", shorten(text))
	}
	return pieces
}

// date reads a day; read says what an empty cell means.
func (r *reader) date(column string, read func(string) string) exam.Date {
	if read(column) == "" {
		return exam.Date{}
	}
	m, ok := r.moment(column)
	if !ok {
		return exam.Date{}
	}
	return m.date()
}

func (r *reader) moment(column string) (moment, bool) {
	c := r.line.get(r.places[column])
	m, ok := r.parseMoment(c, r.zone)
	if !ok {
		r.wrong(column, DateInvalid, "value", shorten(c.text))
	}
	return m, ok
}

func (r *reader) window() exam.Window {
	var w exam.Window
	opens, closes := r.required("window_opens"), r.required("window_closes")
	known := opens != "" && closes != ""
	if opens != "" {
		m, ok := r.moment("window_opens")
		w.OpensAt, known = m.time, known && ok
	}
	if closes != "" {
		m, ok := r.moment("window_closes")
		known = known && ok
		if ok {
			w.ClosesAt = m.end()
		}
	}
	if known && !w.OpensAt.Before(w.ClosesAt) {
		r.wrong("window_closes", WindowInvalid)
	}
	return w
}

// checkBirthDate refuses a birth after the window opened: a slip of the year.
func (r *reader) checkBirthDate(g exam.Registration) {
	if g.BirthDate.IsZero() || g.Window.OpensAt.IsZero() {
		return
	}
	if g.BirthDate.String() > exam.DateOf(g.Window.OpensAt).String() {
		r.wrong("birth_date", DateInvalid, "value", g.BirthDate.String())
	}
}

func (r *reader) photoFile() string {
	name := r.expected("photo")
	if name != "" && !safeName(name) {
		r.wrong("photo", NameUnsafe, "value", shorten(name))
		return ""
	}
	return name
}

// refuseTwins refuses all rows of a ticket that is there more than once, also
// where one of them is bad for another reason, and warns of one person
// registered twice for the same thing. It returns the refused rows.
func (r *reader) refuseTwins(rows []Row) (refused []int) {
	tickets, orders := map[string][]int{}, map[string]int{}
	for _, row := range rows {
		g := row.Registration
		if ticket := exam.FoldID(g.Ticket); ticket != "" {
			tickets[ticket] = append(tickets[ticket], row.Number)
		}
		if g.IDNumber == "" || g.Subject == "" {
			continue
		}
		same := fmt.Sprintf("%s\x00%s\x00%d", g.PersonKey(), g.Subject, g.Grade)
		if other, known := orders[same]; known {
			r.note(row.Number, Problem{Column: "subject", Code: OrderTwice, Args: map[string]any{"other": other}, Warning: true})
		}
		orders[same] = row.Number
	}
	for _, twins := range tickets {
		for i, number := range twins {
			if len(twins) < 2 {
				break
			}
			other := twins[0]
			if i == 0 {
				other = twins[1]
			}
			r.note(number, Problem{Column: "ticket", Code: TicketTwice, Args: map[string]any{"other": other}})
			refused = append(refused, number)
		}
	}
	return refused
}
