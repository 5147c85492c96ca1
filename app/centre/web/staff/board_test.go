package staff_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// onBoard is what a board says of an attempt, by the phone's own answer.
func onBoard(a webtest.Attempt) string {
	text := fmt.Sprintf("%s %s %d %s %q %s", a.ID, a.OrderID, a.Number, a.State, a.Code, a.Deadline)
	if !a.EndedAt.IsZero() {
		text += fmt.Sprint(" ended ", a.EndedAt)
	}
	for _, item := range a.Items {
		text += "\n" + item.ID + item.Name
		if item.Clip != nil {
			text += " " + item.Clip.ID + string(item.Clip.State)
		}
		if item.Receiving != nil {
			text += fmt.Sprintf(" %+v", *item.Receiving)
		}
	}
	return text
}

func asAttempt(row staff.BoardBody) (a webtest.Attempt) {
	a.ID, a.OrderID, a.Number, a.State, a.Code, a.Deadline, a.EndedAt = row.ID, row.OrderID, row.Number, row.State, row.Code, row.Deadline, row.EndedAt
	for _, item := range row.Items {
		entry := webtest.Item{ID: item.ID, Name: item.Name, Receiving: item.Receiving}
		if item.ClipID != "" {
			entry.Clip = &webtest.Clip{ID: item.ClipID, State: item.ClipState}
		}
		a.Items = append(a.Items, entry)
	}
	return a
}

// What staff see is what the phone sees, whatever happens to the attempt: the
// board reads it in another way.
func TestTheBoardSaysWhatThePhoneSays(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Register("T2", "2")
	p, other, teacher := c.Candidate("T1", "1"), c.Candidate("T2", "2"), c.Staff("invigilator")
	attempt := p.Start()
	path := "/api/v1/attempts/" + attempt.ID
	other.Begin(other.Start().ID, "2", "of another", 100)
	compare := func(when string, most int) {
		t.Helper()
		var board []staff.BoardBody
		teacher.Want(200, "GET", "/api/v1/staff/attempts", nil, &board)
		attempt = webtest.Attempt{} // what an answer leaves out is not there any more
		p.Want(200, "GET", path, nil, &attempt)
		if len(board) != most {
			t.Fatalf("%s %d attempts are on the board", when, len(board))
		}
		for _, row := range board {
			if row.ID != attempt.ID {
				continue
			}
			if diff := cmp.Diff(onBoard(attempt), onBoard(asAttempt(row))); diff != "" {
				t.Errorf("%s (-phone +board):\n%s", when, diff)
			}
			if row.Candidate.Ticket != "T1" || row.Candidate.Name != "王小明" || row.Subject != "钢琴" || row.Grade != 3 || row.FaceCheck != "given" || row.Photo {
				t.Errorf("%s the row is %+v", when, row)
			}
		}
	}
	compare("before the code is told", 2)
	p.Want(200, "POST", path+"/acknowledge", nil, nil)
	p.Upload(attempt.ID, "1", "a video")
	p.Begin(attempt.ID, "2", "the beginning", 100)
	compare("with a clip and one on its way", 2)
	p.Upload(attempt.ID, "1", "another video")
	compare("with a clip in another's place", 2)
	c.Clock.Advance(45 * time.Minute)
	compare("before its end is written down", 2)
}

// The board names the device that a child would read out.
func TestR30TheBoardNamesTheDevice(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	p.Start()
	var me struct{ Device struct{ Number string } }
	p.Want(200, "GET", "/api/v1/me", nil, &me)
	var board []staff.BoardBody
	c.Staff("invigilator").Want(200, "GET", "/api/v1/staff/attempts", nil, &board)
	if len(board) != 1 || board[0].Device != me.Device.Number || board[0].Device == store.DeviceNumber("") {
		t.Errorf("the board %+v, the phone %+v", board, me)
	}
}

// Who was identified by a document at the check-in needs no second look (R25).
func TestTheBoardKnowsWhoWasIdentifiedAtTheCheckIn(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	desk := c.Staff("invigilator")
	path := "/api/v1/staff/orders/" + asked(desk, "T1")[0].ID + "/check-in"
	desk.Want(200, "POST", path, map[string]any{"id": "desk-one-1"}, nil)
	c.Candidate("T1", "1").Start()
	document := func() exam.Document {
		var board []staff.BoardBody
		desk.Want(200, "GET", "/api/v1/staff/attempts", nil, &board)
		return board[0].Document
	}
	if got := document(); got != "" {
		t.Errorf("identified by %q before a document was seen", got)
	}
	desk.Want(200, "POST", path+"/document", map[string]any{"check_in": "desk-one-1", "document": "passport"}, nil)
	if got := document(); got != exam.DocumentPassport {
		t.Errorf("identified by %q", got)
	}
	desk.Want(200, "POST", path+"/undo", map[string]any{"check_in": "desk-one-1", "reason": "点错人"}, nil)
	if got := document(); got != "" {
		t.Errorf("a check-in that was taken back identifies by %q", got)
	}
}
