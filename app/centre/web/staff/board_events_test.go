package staff_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/shared"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
)

// boardStream is what a desk hears of its board.
type boardStream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func hearBoard(t *testing.T, desk *webtest.Phone) boardStream {
	t.Helper()
	desk.Client.Timeout = 0
	response, err := desk.Client.Get(desk.URL + "/api/v1/staff/board/events")
	webtest.Must(t, err)
	stuck := time.AfterFunc(time.Minute, func() { response.Body.Close() })
	t.Cleanup(func() { stuck.Stop(); response.Body.Close() })
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %s", response.Status, response.Header)
	}
	return boardStream{t: t, lines: bufio.NewScanner(response.Body)}
}

// next is the name of the next event.
func (s boardStream) next() string {
	s.t.Helper()
	for s.lines.Scan() {
		if name, ok := strings.CutPrefix(s.lines.Text(), "event: "); ok {
			return name
		}
	}
	s.t.Fatalf("the stream ended: %v", s.lines.Err())
	return ""
}

// untilNews passes over the pulses.
func (s boardStream) untilNews() {
	s.t.Helper()
	for s.next() != "board" {
	}
}

// ended reads on until the stream ends by itself.
func (s boardStream) ended() {
	s.t.Helper()
	for s.lines.Scan() {
	}
	if err := s.lines.Err(); err != nil {
		s.t.Errorf("the stream goes on: %v", err)
	}
}

func TestABoardIsToldOfAChangeOnce(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	attempt := p.Start()
	board := hearBoard(t, c.Staff("invigilator"))
	board.untilNews()
	p.Want(http.StatusOK, "POST", "/api/v1/help", map[string]any{"reason": "unwell", "page": "attempt", "attempt_id": attempt.ID}, nil)
	board.untilNews()
	for range 3 { // longer than the pause
		if name := board.next(); name != "pulse" {
			t.Errorf("one change is told twice: %s", name)
		}
	}
}

// However many phones write: the board is read at the pace of its pause, and
// after the last of them.
func TestABoardIsToldOfManyChangesTogetherAndOfTheLast(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	desk, reader := c.Staff("technician"), c.StaffNamed("another", "invigilator")
	attempt := c.Candidate("T1", "1").Start()
	begun := time.Now()
	board := hearBoard(t, desk)
	var phones errgroup.Group
	phones.Go(func() error {
		for n := range 200 {
			reason := []string{"unwell", "camera"}[n%2]
			if n == 199 {
				reason = "not_sending"
			}
			if err := c.AskForHelp(t.Context(), store.HelpCall{Device: "phone", OrderID: attempt.OrderID, AttemptID: attempt.ID, Reason: reason, State: []byte("{}")}); err != nil {
				return err
			}
		}
		return nil
	})
	for told := 1; ; told++ {
		board.untilNews()
		if most := 1 + int(time.Since(begun)/staff.BoardPause); told > most {
			t.Fatalf("%d events within %s", told, time.Since(begun))
		}
		var calls []struct{ Reason string }
		reader.Want(http.StatusOK, "GET", "/api/v1/staff/help", nil, &calls)
		if len(calls) > 0 && calls[0].Reason == "not_sending" {
			break
		}
	}
	webtest.Must(t, phones.Wait())
}

func TestABoardsStreamEndsWithItsSession(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	board := hearBoard(t, desk)
	board.untilNews()
	desk.Want(http.StatusNoContent, "POST", "/api/v1/staff/logout", nil, nil)
	board.ended()
}

func TestAnExaminerHearsNothingOfTheBoard(t *testing.T) {
	c := webtest.New(t)
	c.Staff("examiner").Want(http.StatusForbidden, "GET", "/api/v1/staff/board/events", nil, nil)
	c.Phone().Want(http.StatusUnauthorized, "GET", "/api/v1/staff/board/events", nil, nil)
}

func TestOfOneDeskTheOldestStreamEnds(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	oldest := hearBoard(t, desk)
	oldest.untilNews()
	for range shared.MaxStreams {
		hearBoard(t, desk).untilNews()
	}
	oldest.ended()
}
