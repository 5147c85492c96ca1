package staff

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// orderRoutes are the desk's list of orders (R1), and one of them.
func (s *Server) orderRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/orders", access.Desk, "Orders, a page at a time", s.listOrders),
		webkit.Call(http.MethodGet, "/api/v1/staff/orders/workbook", access.Deciders, "The orders that the filter chooses as XLSX; noted", s.exportOrders),
		webkit.Call(http.MethodGet, "/api/v1/staff/orders/{id}", access.Desk, "One order, and what happened to it", s.getOrder),
		webkit.Call(http.MethodGet, "/api/v1/staff/orders/{id}/id-number", access.Desk, "The ID number; noted", s.getIDNumber),
		webkit.Call(http.MethodGet, "/api/v1/staff/orders/{id}/contact", access.Deciders, "Address and phone, for whoever has to reach the guardian; noted", s.getContact),
		webkit.Native(http.MethodGet, "/api/v1/staff/orders/{id}/photo", access.Desk, "The registration photo; noted", s.getOrderPhoto),
	}
}

// OrderFilter chooses orders. It is exported because Huma fills in embedded
// structs only when they are.
type OrderFilter struct {
	Who       string `query:"who" maxLength:"64" doc:"Part of the name, its pinyin or the ticket number, or the end of the ID number (four signs or more)"`
	Subject   string `query:"subject" maxLength:"64"`
	Grade     int    `query:"grade" minimum:"0" maximum:"10"`
	Status    string `query:"status" pattern:"^[a-z_]*$" maxLength:"32" doc:"One of the statuses of an order"`
	NoPhoto   bool   `query:"no_photo" doc:"照片待补 only (R2)"`
	Emergency bool   `query:"emergency" doc:"Only those that the centre registered by hand"`
	Day       string `query:"day" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$" doc:"A day on which the window is open"`
}

func (f OrderFilter) chosen() (store.OrderFilter, error) {
	day, err := exam.ParseDate(f.Day)
	if err != nil {
		return store.OrderFilter{}, webkit.Wrong(http.StatusUnprocessableEntity, err.Error())
	}
	return store.OrderFilter{
		Who: f.Who, Subject: f.Subject, Grade: f.Grade, Status: exam.Status(f.Status), NoPhoto: f.NoPhoto, Emergency: f.Emergency, Day: day,
	}, nil
}

type ordersInput struct {
	OrderFilter
	Sort  string `query:"sort" pattern:"^(ticket|name|window)?$" doc:"ticket, name or window"`
	After string `query:"after" maxLength:"64" doc:"The last order of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// RegisteredRow is an order of the list. It is exported because Huma fills in
// embedded structs only when they are.
type RegisteredRow struct {
	ID        string      `json:"id"`
	Ticket    string      `json:"ticket"`
	Name      string      `json:"name"`
	Subject   string      `json:"subject"`
	Grade     int         `json:"grade"`
	OpensAt   time.Time   `json:"opens_at"`
	ClosesAt  time.Time   `json:"closes_at"`
	Status    exam.Status `json:"status"`
	Attempts  int         `json:"attempts_used"`
	Photo     bool        `json:"photo" doc:"false: 照片待补 (R2)"`
	Emergency bool        `json:"emergency" doc:"Registered by hand; the province did not send it"`
}

type ordersOutput struct{ Body ordersBody }

type ordersBody struct {
	Orders   []RegisteredRow `json:"orders"`
	Next     string          `json:"next,omitempty"`
	Count    int             `json:"count" doc:"Of all that the filter chooses"`
	Subjects []string        `json:"subjects"`
}

func (s *Server) listOrders(ctx context.Context, in *ordersInput) (*ordersOutput, error) {
	filter, err := in.chosen()
	if err != nil {
		return nil, err
	}
	filter.Sort, filter.After, filter.Limit = store.OrderSort(in.Sort), in.After, in.Limit
	page, err := s.Store.ListOrderPage(ctx, filter)
	out := &ordersOutput{}
	out.Body.Orders, out.Body.Subjects = []RegisteredRow{}, append([]string{}, page.Subjects...)
	out.Body.Next, out.Body.Count = page.Next, page.Count
	for _, row := range page.Orders {
		out.Body.Orders = append(out.Body.Orders, s.rowOf(row))
	}
	return out, err
}

func (s *Server) rowOf(row store.OrderRow) RegisteredRow {
	return RegisteredRow{
		ID: row.ID, Ticket: row.Ticket, Name: row.Name, Subject: row.Subject, Grade: row.Grade,
		OpensAt: row.Window.OpensAt, ClosesAt: row.Window.ClosesAt, Status: s.Store.StatusOf(row.Order),
		Attempts: row.AttemptsUsed(), Photo: row.Photo != "", Emergency: row.Emergency,
	}
}

// registeredBody is one order as the desk sees it, without the ID number and
// without where its guardian is reached.
type registeredBody struct {
	RegisteredRow
	Pinyin     string      `json:"pinyin"`
	Gender     string      `json:"gender"`
	BirthDate  string      `json:"birth_date"`
	IDType     string      `json:"id_type"`
	PhotoTaken string      `json:"photo_taken"`
	PhotoName  string      `json:"photo_name" doc:"What the list calls the photo's file"`
	Version    string      `json:"version" doc:"Of what is registered; said again when it is mended"`
	Pieces     []pieceBody `json:"pieces"`
	Max        int         `json:"max_attempts"`
	Sealed     bool        `json:"sealed" doc:"It is in a batch: nothing of it changes any more"`
	Facts      []factBody  `json:"facts" doc:"What happened to it (R31)"`
	LoanPhone  string      `json:"loan_phone,omitempty" doc:"The centre's phone that the candidate has"`
	HandImport string      `json:"hand_import,omitempty" doc:"The import that registered it by hand, while that can be undone"`
}

type pieceBody struct {
	Item  string `json:"item" maxLength:"200"`
	Title string `json:"title" maxLength:"1000"`
}

type registeredOutput struct{ Body registeredBody }

func (s *Server) getOrder(ctx context.Context, in *shared.IDInput) (*registeredOutput, error) {
	row, err := s.Store.FindOrderRow(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	facts, err := s.Store.ListFacts(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	byHand, err := s.Store.FindImportByHand(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	lent, err := s.Store.FindLoanPhoneOfOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	body := registeredBody{
		RegisteredRow: s.rowOf(row), LoanPhone: lent,
		Pinyin: row.Pinyin, Gender: row.Gender, BirthDate: row.BirthDate.String(), IDType: row.IDType,
		PhotoTaken: row.PhotoTaken.String(), PhotoName: row.PhotoName,
		Pieces: []pieceBody{}, Max: s.Store.Rules().MaxAttempts, Sealed: !row.SealedAt.IsZero(), Facts: factsOf(ctx, row.Order, "", facts), HandImport: byHand,
	}
	if body.Version, err = store.VersionOf(row.Registration); err != nil {
		return nil, err
	}
	for _, piece := range row.Pieces {
		body.Pieces = append(body.Pieces, pieceBody(piece))
	}
	return &registeredOutput{Body: body}, nil
}

type idNumberOutput struct {
	Body struct {
		IDType   string `json:"id_type"`
		IDNumber string `json:"id_number"`
	}
}

// getIDNumber tells it to whoever asks, and notes that.
func (s *Server) getIDNumber(ctx context.Context, in *shared.IDInput) (*idNumberOutput, error) {
	order, err := s.Store.FindOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	err = s.Store.Audit(ctx, store.Entry{Action: store.ActionIDNumberViewed, By: access.Of(ctx).Staff(), OrderID: order.ID})
	out := &idNumberOutput{}
	out.Body.IDType, out.Body.IDNumber = order.IDType, order.IDNumber
	return out, err
}

type contactOutput struct {
	Body struct {
		Address string `json:"guardian_address"`
		Phone   string `json:"phone"`
	}
}

// getContact tells where a guardian is reached, and notes that.
func (s *Server) getContact(ctx context.Context, in *shared.IDInput) (*contactOutput, error) {
	order, err := s.Store.FindOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	err = s.Store.Audit(ctx, store.Entry{Action: store.ActionContactViewed, By: access.Of(ctx).Staff(), OrderID: order.ID})
	out := &contactOutput{}
	out.Body.Address, out.Body.Phone = order.GuardianAddress, order.Phone
	return out, err
}

func (s *Server) getOrderPhoto(c *fiber.Ctx) error {
	order, err := s.Store.FindOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if order.Photo == "" {
		return refusal.New(refusal.NotFound)
	}
	if err := s.viewed(c, store.ActionPhotoViewed, order.ID, ""); err != nil {
		return err
	}
	return webkit.SendImage(c, s.File(store.PhotoFile(order.Photo)))
}
