package roster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kaodian/app/exam"
)

// OrderList is the content of an order list.
type OrderList struct {
	Rows     []Row        // the good rows, in the file's order
	Refused  []RefusedRow // the bad ones, in the file's order
	Problems []Problem    // everything that is wrong, in the file's order
}

// RefusedRow is a bad row, and whose it is where that could be read.
type RefusedRow struct {
	Number       int
	Ticket, Name string
}

// Row is one good row of the list.
type Row struct {
	Number       int // as the spreadsheet counts it
	Registration exam.Registration
	PhotoFile    string // name in the photo folder, "" where none is named
	PhotoType    string // media type, set by CheckPhotos with Registration.Photo
}

// ReadOrders reads an order list (R1): XLSX (the first table that a person
// sees) or CSV in UTF-8 or GB18030, whatever the file is called. Times without
// a zone are meant in zone. It never fails: whatever is wrong is a problem
// with row and column, many of a kind told in one.
func ReadOrders(content []byte, zone *time.Location) OrderList {
	r := newReader("", zone, maxRows)
	var rows []Row
	if !r.each(content, orderColumns, func() { rows = append(rows, r.order()) }) {
		return OrderList{Problems: r.found.List()}
	}
	r.refuseDuplicates(rows)
	refused := r.refused(rows)
	rows = slices.DeleteFunc(rows, func(row Row) bool { return r.badRows[row.Number] })
	return OrderList{Rows: rows, Refused: refused, Problems: r.found.List()}
}

// refused are the bad rows; of one that could not be read at all only its
// number is known.
func (r *reader) refused(rows []Row) (list []RefusedRow) {
	known := map[int]RefusedRow{}
	for _, row := range rows {
		known[row.Number] = RefusedRow{Ticket: shorten(row.Registration.Ticket), Name: shorten(row.Registration.Name)}
	}
	for _, number := range slices.Sorted(maps.Keys(r.badRows)) {
		one := known[number]
		one.Number = number
		list = append(list, one)
	}
	return list
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

// withoutSpaces removes the spaces with which people group long numbers; letter
// case and width stay (R1).
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
	whole, _ := wholeNumber(text)
	grade, ok := parseGrade(whole)
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
	if len(pieces) > maxPieces {
		r.wrong("pieces", PiecesMany, "count", len(pieces), "limit", maxPieces)
		return nil
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
		r.wrong("birth_date", BirthLate, "value", g.BirthDate.String())
	}
}

func (r *reader) photoFile() string {
	name := r.text("photo") // one that is missing is told with the photos
	if name != "" && !safeName(name) {
		r.wrong("photo", NameUnsafe, "value", shorten(name))
		return ""
	}
	return name
}

// refuseDuplicates refuses all rows of a ticket that occurs more than once, also
// if one of them is bad for another reason, and warns of a person who is
// registered twice for the same subject.
func (r *reader) refuseDuplicates(rows []Row) {
	tickets, orders := map[string][2]int{}, map[string]int{} // the first two rows; the last
	for _, row := range rows {
		g := row.Registration
		if ticket := exam.FoldID(g.Ticket); ticket != "" {
			twins := tickets[ticket]
			if twins[0] == 0 {
				twins[0] = row.Number
			} else if twins[1] == 0 {
				twins[1] = row.Number
			}
			tickets[ticket] = twins
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
	for _, row := range rows {
		twins := tickets[exam.FoldID(row.Registration.Ticket)]
		if twins[1] == 0 {
			continue
		}
		other := twins[0]
		if other == row.Number {
			other = twins[1]
		}
		r.note(row.Number, Problem{Column: "ticket", Code: TicketTwice, Args: map[string]any{"other": other}})
	}
}
