package intake

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

// TicketTaken says that another order has the ticket number.
const TicketTaken roster.Code = "ticket_taken"

// NumberOfOther warns that another order has the ID number under another name.
const NumberOfOther roster.Code = "number_of_other"

// ByHand is one order that is registered or mended by hand.
type ByHand struct {
	OrderID string            // of the one to be mended, "" of a new one
	Shown   string            // the version of it that the form was filled with, "" for any
	Fields  map[string]string // by the order list's English headings
	By      exam.Actor
	Sure    bool // warnings were read
}

// HandTaken is what became of it: nothing while there are problems, or
// warnings that nobody has read.
type HandTaken struct {
	Taken    bool
	OrderID  string
	Problems []roster.Problem
}

// TakeByHand registers or mends one order, with the checks of a list's row. A
// new one is an emergency order: the province did not send it. Of an order
// that is mended the ticket, the subject, the grade, the window and the photo
// stay, and the ID number where none is given.
func (i *Intake) TakeByHand(ctx context.Context, h ByHand) (HandTaken, error) {
	fields := maps.Clone(h.Fields)
	var former exam.Registration
	if h.OrderID != "" {
		order, err := i.Store.FindOrder(ctx, h.OrderID)
		if err != nil {
			return HandTaken{}, err
		}
		former = order.Registration
		keepFields(fields, former)
	}
	list, err := readFields(fields, i.Store.Rules().Location)
	if err != nil || len(list.Rows) != 1 {
		return HandTaken{OrderID: h.OrderID, Problems: list.Problems}, err
	}
	row := list.Rows[0]
	row.Registration.Photo, row.Registration.PhotoTaken = former.Photo, former.PhotoTaken
	in := store.Import{Kind: store.ImportByHand, Name: row.Registration.Ticket, By: h.By, Rows: []store.ImportRow{{Registration: row.Registration, Shown: h.Shown}}}
	preview, err := i.Store.PreviewImport(ctx, in)
	if err != nil {
		return HandTaken{}, err
	}
	outcome := preview.Outcomes[0]
	if h.OrderID == "" { // of one that is mended subject and grade stay
		unlisted, err := i.warnUnlisted(ctx, list.Rows, preview.Counts().Unlisted)
		if err != nil {
			return HandTaken{}, err
		}
		list.Problems = append(list.Problems, unlisted...)
	}
	others, err := i.Store.ListOtherNames(ctx, row.Registration)
	if err != nil {
		return HandTaken{}, err
	}
	for _, other := range others {
		list.Problems = append(list.Problems, roster.Problem{Row: row.Number, Column: "id_number", Code: NumberOfOther, Args: map[string]any{"name": other.Name, "ticket": other.Ticket}, Warning: true})
	}
	if outcome.Returns {
		list.Problems = append(list.Problems, returningRow(row, true))
	}
	switch {
	case outcome.Refused != nil:
		list.Problems = append(list.Problems, refusedRow(row, outcome.Refused))
	case h.OrderID == "" && outcome.Verdict != store.RowAdded:
		list.Problems = append(list.Problems, roster.Problem{Row: row.Number, Column: "ticket", Code: TicketTaken})
	}
	taken := HandTaken{OrderID: h.OrderID, Problems: list.Problems}
	if roster.Failed(taken.Problems) || len(taken.Problems) > 0 && !h.Sure {
		return taken, nil
	}
	in.Fingerprint, in.ErasedToo = preview.Fingerprint, h.Sure
	if _, err := i.Store.TakeIn(ctx, in); err != nil {
		return HandTaken{}, err
	}
	taken.Taken = true
	if taken.OrderID == "" {
		taken.OrderID, err = i.Store.FindOrderID(ctx, row.Registration.Ticket)
	}
	return taken, err
}

// keepFields fills in what a form does not change.
func keepFields(fields map[string]string, g exam.Registration) {
	fields["ticket"], fields["subject"], fields["grade"] = g.Ticket, g.Subject, strconv.Itoa(g.Grade)
	fields["window_opens"], fields["window_closes"] = g.Window.OpensAt.Format(time.RFC3339), g.Window.ClosesAt.Format(time.RFC3339)
	fields["id_number"] = cmp.Or(fields["id_number"], g.IDNumber)
}

// readFields reads them as the one row of a list.
func readFields(fields map[string]string, zone *time.Location) (roster.OrderList, error) {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	heads := append(slices.Clone(headings), "photo")
	var cells []string
	for _, head := range heads {
		cells = append(cells, fields[head])
	}
	for _, line := range [][]string{heads, cells} {
		if err := w.Write(line); err != nil {
			return roster.OrderList{}, err
		}
	}
	w.Flush()
	return roster.ReadOrders(text.Bytes(), zone), w.Error()
}

// headings are the columns of a list that a form has.
var headings = []string{
	"ticket", "name", "pinyin", "gender", "birth_date", "id_type", "id_number", "guardian_address", "phone",
	"subject", "grade", "window_opens", "window_closes", "pieces",
}
