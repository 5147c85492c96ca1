package staff

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"kaodian/app/centre/intake"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

func (s *Server) handRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodPost, "/api/v1/staff/orders", access.Deciders, "Register an emergency order 应急订单 by hand, or mend an order", s.takeByHand),
	}
}

type handInput struct {
	Body struct {
		Shown     string `json:"shown,omitempty" maxLength:"64" doc:"The order's version with which the form was filled; if it is another one now, nothing is changed"`
		OrderID   string `json:"order_id,omitempty" maxLength:"64" doc:"To mend one: its ticket, subject, grade and window stay"`
		Ticket    string `json:"ticket,omitempty" maxLength:"200"`
		Name      string `json:"name" maxLength:"200"`
		Pinyin    string `json:"pinyin" maxLength:"200"`
		Gender    string `json:"gender" maxLength:"20"`
		BirthDate string `json:"birth_date" maxLength:"20"`
		IDType    string `json:"id_type" maxLength:"100"`
		IDNumber  string `json:"id_number,omitempty" maxLength:"100" doc:"Of an order that is mended the former one, if there is none"`
		Address   string `json:"guardian_address" maxLength:"1000"`
		Phone     string `json:"phone" maxLength:"100"`
		Subject   string `json:"subject,omitempty" maxLength:"100"`
		Grade     int    `json:"grade,omitempty" minimum:"0" maximum:"10"`
		Opens     string `json:"opens,omitempty" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})?$" doc:"By the centre's clock"`
		Closes    string `json:"closes,omitempty" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})?$"`
		Pieces    string `json:"pieces" maxLength:"5000" doc:"As in a list: 科目：曲目, separated by ；"`
		Sure      bool   `json:"sure,omitempty" doc:"The warnings were read"`
	}
}

type handOutput struct{ Body handBody }

type handBody struct {
	Taken    bool          `json:"taken" doc:"false: something is wrong, or there are warnings to be read"`
	OrderID  string        `json:"order_id,omitempty"`
	Problems []problemBody `json:"problems"`
}

func (s *Server) takeByHand(ctx context.Context, in *handInput) (*handOutput, error) {
	b := in.Body
	fields := map[string]string{
		"ticket": b.Ticket, "name": b.Name, "pinyin": b.Pinyin, "gender": b.Gender, "birth_date": b.BirthDate, "id_type": b.IDType, "id_number": b.IDNumber,
		"guardian_address": b.Address, "phone": b.Phone, "subject": b.Subject, "pieces": b.Pieces,
	}
	if b.OrderID == "" {
		window, err := s.windowOf(b.Opens, b.Closes)
		if err != nil {
			return nil, err
		}
		fields["window_opens"], fields["window_closes"] = window.OpensAt.Format(time.RFC3339), window.ClosesAt.Format(time.RFC3339)
		if b.Grade > 0 {
			fields["grade"] = strconv.Itoa(b.Grade)
		}
	}
	taken, err := s.Intake.TakeByHand(ctx, intake.ByHand{OrderID: b.OrderID, Shown: b.Shown, Fields: fields, By: access.Of(ctx).Staff(), Sure: b.Sure})
	if err != nil {
		return nil, err
	}
	return &handOutput{Body: handBody{Taken: taken.Taken, OrderID: taken.OrderID, Problems: problemsOf(taken.Problems)}}, nil
}
