package staff_test

import (
	"strings"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

type loanPhones struct {
	Phones []struct {
		ID, Name string
		Ready    bool
		Loan     *struct {
			ID, State string
			Candidate struct{ Ticket string }
			Passed    bool
			Removed   *struct {
				Recordings int
				Session    bool
			}
			Unsent struct {
				Clips int
				Bytes int64
			}
		}
	}
}

func loansAt(p *webtest.Phone) (list loanPhones) {
	p.T.Helper()
	p.Want(200, "GET", "/api/v1/staff/loan-phones", nil, &list)
	return list
}

// bound is a browser that is the loan phone, whose id it returns.
func bound(desk *webtest.Phone, name string) (phone *webtest.Phone, id string) {
	desk.T.Helper()
	var added struct{ ID string }
	desk.Want(201, "POST", "/api/v1/staff/loan-phones", map[string]string{"name": name}, &added)
	var link struct{ URL string }
	desk.Want(201, "POST", "/api/v1/staff/loan-phones/"+added.ID+"/link", nil, &link)
	_, token, _ := strings.Cut(link.URL, "/loan#")
	phone = desk.Phone()
	phone.Want(200, "POST", "/api/v1/loan/bind", map[string]string{"token": token}, nil)
	desk.Phone().WantCode(store.LoanLinkNotValid, "POST", "/api/v1/loan/bind", map[string]string{"token": token})
	return phone, added.ID
}

type loanTold struct {
	Phone string
	Loan  *struct{ ID, State, Ticket string }
}

func tell(p *webtest.Phone, held ...map[string]any) (told loanTold) {
	p.T.Helper()
	p.Want(200, "POST", "/api/v1/loan/state", map[string]any{"held": append([]map[string]any{}, held...)}, &told)
	return told
}

func parts(recording string) (list []map[string]string) {
	for _, part := range []string{"browser", "storage", "battery", "line"} {
		list = append(list, map[string]string{"part": part, "state": "good", "word": "good"})
	}
	return append(list, map[string]string{"part": "recording", "state": recording, "word": "silent"})
}

func TestALoanPhoneGoesOutAndComesBack(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	desk := c.Staff("invigilator")
	phone, id := bound(desk, "借 1")
	if told := tell(phone); told.Phone != "借 1" || told.Loan != nil {
		t.Errorf("a bound phone is told %+v", told)
	}
	if told := tell(c.Phone()); told.Phone != "" {
		t.Errorf("another browser is told %+v", told)
	}
	phone.WantCode(store.LoanOver, "POST", "/api/v1/loan/recording", nil)
	order := c.Candidate("T1", "1").Orders()[0].ID
	desk.Want(204, "POST", "/api/v1/staff/loan-phones/"+id+"/lend", map[string]string{"order": order}, nil)
	told := tell(phone)
	if told.Loan == nil || told.Loan.State != "checking" || told.Loan.Ticket != "T1" {
		t.Fatalf("a phone that is lent is told %+v", told)
	}
	phone.Want(204, "POST", "/api/v1/loan/recording", nil, nil)
	c.Phone().WantCode(refusal.NotFound, "POST", "/api/v1/loan/check", map[string]any{"loan": told.Loan.ID, "parts": parts("good")})
	phone.Want(204, "POST", "/api/v1/loan/check", map[string]any{"loan": told.Loan.ID, "parts": parts("bad")}, nil)
	loan := "/api/v1/staff/loans/" + told.Loan.ID
	desk.WantCode(exam.ReasonMissing, "POST", loan+"/hand-out", map[string]string{"reason": ""})
	desk.Want(204, "POST", loan+"/hand-out", map[string]string{"reason": "只用来看谱"}, nil)
	if told := tell(phone); told.Loan.State != "out" {
		t.Errorf("a phone that was handed out is told %+v", told)
	}

	phone.Want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	attempt := phone.Start()
	var board []struct {
		LoanPhone string `json:"loan_phone"`
	}
	desk.Want(200, "GET", "/api/v1/staff/attempts", nil, &board)
	if len(board) != 1 || board[0].LoanPhone != "借 1" {
		t.Errorf("on the board: %+v", board)
	}
	var one struct {
		LoanPhone string `json:"loan_phone"`
	}
	desk.Want(200, "GET", "/api/v1/staff/orders/"+order, nil, &one)
	if one.LoanPhone != "借 1" {
		t.Errorf("the order: %+v", one)
	}
	tell(phone, map[string]any{"attempt": attempt.ID, "name": "kaodian-1.mp4", "bytes": 7})
	desk.WantCode(store.LoanHoldsClips, "POST", loan+"/take-back", nil)
	tell(phone)
	desk.Want(204, "POST", loan+"/take-back", nil, nil)
	phone.Want(204, "POST", "/api/v1/loan/cleared", map[string]any{"loan": told.Loan.ID, "recordings": 1, "bytes": 7, "entries": 3, "files": 0}, nil)
	phone.Want(401, "GET", "/api/v1/me", nil, nil)
	if told := tell(phone); told.Phone != "借 1" || told.Loan != nil {
		t.Errorf("a phone that is back is told %+v", told)
	}
	back := loansAt(desk).Phones[0]
	if !back.Ready || back.Loan.State != "over" || back.Loan.Removed == nil || back.Loan.Removed.Recordings != 1 || !back.Loan.Removed.Session {
		t.Errorf("at the desk: %+v, %+v", back, back.Loan)
	}
	desk.WantCode(store.LoanOver, "POST", loan+"/take-back/force", map[string]string{"reason": "屏幕碎了"})
	for action, want := range map[string]int{"loan_phone_added": 1, "loan_phone_bound": 1, "loan_begun": 1, "loan_check_failed": 1, "loan_handed_out": 1, "loan_return_asked": 1, "loan_returned": 1} {
		if got := c.Notes(action); len(got) != want {
			t.Errorf("the log has %s by %v", action, got)
		}
	}
}
