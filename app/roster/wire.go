package roster

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// A list is read in a separate process, which may crash. The rows come back as
// JSON values, one after the other; the last one marks the end.
type message struct {
	Row      *Row          `json:"row,omitempty"`
	Item     *SyllabusItem `json:"item,omitempty"`
	Question *Question     `json:"question,omitempty"`
	Problem  *Problem      `json:"problem,omitempty"`
	Refused  *RefusedRow   `json:"refused,omitempty"`
	Whole    bool          `json:"whole,omitempty"`
}

// sender sends messages until one cannot be sent.
type sender struct {
	to  *bufio.Writer
	err error
}

func (s *sender) send(m message) {
	if s.err != nil {
		return
	}
	text, err := json.Marshal(m)
	if err == nil {
		_, err = s.to.Write(append(text, '\n'))
	}
	s.err = err
}

func (s *sender) end(problems []Problem) error {
	for i := range problems {
		s.send(message{Problem: &problems[i]})
	}
	s.send(message{Whole: true})
	return errors.Join(s.err, s.to.Flush())
}

// Send writes the list for ReceiveOrders.
func (l OrderList) Send(to io.Writer) error {
	s := &sender{to: bufio.NewWriter(to)}
	for i := range l.Rows {
		s.send(message{Row: &l.Rows[i]})
	}
	for i := range l.Refused {
		s.send(message{Refused: &l.Refused[i]})
	}
	return s.end(l.Problems)
}

// Send writes the syllabus for ReceiveSyllabus.
func (l Syllabus) Send(to io.Writer) error {
	s := &sender{to: bufio.NewWriter(to)}
	for i := range l.Items {
		s.send(message{Item: &l.Items[i]})
	}
	for i := range l.Questions {
		s.send(message{Question: &l.Questions[i]})
	}
	return s.end(l.Problems)
}

// receive calls take with every message up to the last.
func receive(from io.Reader, take func(message) error) error {
	decoder := json.NewDecoder(bufio.NewReader(from))
	decoder.UseNumber() // sizes are quoted as they are
	for {
		var m message
		if err := decoder.Decode(&m); err != nil {
			return fmt.Errorf("the list's reader broke off: %w", err)
		}
		if m.Whole {
			return nil
		}
		if err := take(m); err != nil {
			return err
		}
	}
}

var errRubbish = errors.New("the list's reader said what no list holds")

// ReceiveOrders reads what OrderList.Send wrote, held against the exam's
// rules; its times are in zone.
func ReceiveOrders(from io.Reader, zone *time.Location) (OrderList, error) {
	var list OrderList
	err := receive(from, func(m message) error {
		switch {
		case m.Problem != nil:
			list.Problems = append(list.Problems, *m.Problem)
		case m.Refused != nil && len(list.Refused) < maxRows:
			list.Refused = append(list.Refused, *m.Refused)
		case m.Row == nil, len(list.Rows) >= maxRows, m.Row.Registration.Check() != nil, m.Row.PhotoFile != "" && !safeName(m.Row.PhotoFile):
			return errRubbish
		default:
			window := &m.Row.Registration.Window
			window.OpensAt, window.ClosesAt = window.OpensAt.In(zone), window.ClosesAt.In(zone)
			list.Rows = append(list.Rows, *m.Row)
		}
		return nil
	})
	return list, err
}

// ReceiveSyllabus reads what Syllabus.Send wrote.
func ReceiveSyllabus(from io.Reader) (Syllabus, error) {
	var list Syllabus
	err := receive(from, func(m message) error {
		switch {
		case m.Problem != nil:
			list.Problems = append(list.Problems, *m.Problem)
		case m.Item != nil && len(list.Items) < maxSyllabus:
			list.Items = append(list.Items, *m.Item)
		case m.Question != nil && len(list.Questions) < maxSyllabus && (m.Question.FileName == "" || safeName(m.Question.FileName)):
			list.Questions = append(list.Questions, *m.Question)
		default:
			return errRubbish
		}
		return nil
	})
	return list, err
}

// ReadFile reads an order list from an opened file; see ReadOrders.
func ReadFile(file io.Reader, zone *time.Location) OrderList {
	content, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return OrderList{Problems: fileProblem(err)}
	}
	return ReadOrders(content, zone)
}

// TooMuch is a list whose reader went beyond what it may take of the machine.
func TooMuch(limit string) []Problem { return problem(FileTooLarge, "limit", limit) }

// Unreadable is a list whose reader broke off.
func Unreadable(reason string) []Problem { return problem(FileBroken, "reason", shorten(reason)) }
