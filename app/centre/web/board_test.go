package web

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// onBoard is what a board says of an attempt, by the phone's own answer.
func onBoard(a attemptBody) string {
	text := fmt.Sprintf("%s %s %d %s %q %s", a.ID, a.OrderID, a.Number, a.State, a.Code, a.Deadline)
	if a.EndedAt != nil {
		text += fmt.Sprint(" ended ", *a.EndedAt)
	}
	for _, item := range a.Items {
		text += "\n" + item.ID + item.Name
		if item.Clip != nil {
			text += " " + item.Clip.ID + item.Clip.State
		}
		if item.Receiving != nil {
			text += fmt.Sprintf(" %+v", *item.Receiving)
		}
	}
	return text
}

func asAttempt(row boardBody) (a attemptBody) {
	a.ID, a.OrderID, a.Number, a.State, a.Code, a.Deadline, a.EndedAt = row.ID, row.OrderID, row.Number, row.State, row.Code, row.Deadline, row.EndedAt
	for _, item := range row.Items {
		entry := itemBody{ID: item.ID, Name: item.Name, Receiving: item.Receiving}
		if item.ClipID != "" {
			entry.Clip = &clipBody{ID: item.ClipID, State: item.ClipState}
		}
		a.Items = append(a.Items, entry)
	}
	return a
}

// What staff see is what the phone sees, whatever happens to the attempt: the
// board reads it in another way.
func TestTheBoardSaysWhatThePhoneSays(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.register("T2", "2")
	p, other, teacher := c.candidate("T1", "1"), c.candidate("T2", "2"), c.staff("invigilator")
	attempt := p.start()
	path := "/api/v1/attempts/" + attempt.ID
	other.begin(other.start().ID, "2", "of another", 100)
	compare := func(when string, most int) {
		t.Helper()
		var board []boardBody
		teacher.want(200, "GET", "/api/v1/staff/attempts", nil, &board)
		p.want(200, "GET", path, nil, &attempt)
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
	p.want(200, "POST", path+"/acknowledge", nil, nil)
	p.upload(attempt.ID, "1", "a video")
	p.begin(attempt.ID, "2", "the beginning", 100)
	compare("with a clip and one on its way", 2)
	p.upload(attempt.ID, "1", "another video")
	compare("with a clip in another's place", 2)
	c.clock.Advance(45 * time.Minute)
	compare("before its end is written down", 2)
}
