package exam

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

func checkIn(id string) CheckInAt { return CheckInAt{ID: id, By: staff} }

// The cases by which also the page judges that has lost its line.
func TestWhatADeskIsToldWhenItChecksIn(t *testing.T) {
	var cases []struct {
		Name, Want              string
		Opens, Closes, From, At time.Time
		Over, Disqualified      bool
		Seen                    bool `json:"checked_in"`
	}
	text, err := os.ReadFile("testdata/check_in.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) < 10 {
		t.Fatal(err, len(cases))
	}
	for _, c := range cases {
		order := newOrder(window(Window{OpensAt: c.Opens, ClosesAt: c.Closes}))
		if c.Over {
			order.Attempts = []Attempt{{ID: "a1", Number: 1, State: Submitted, StartedAt: c.At.Add(-time.Hour), EndedAt: c.At}}
		}
		if c.Disqualified {
			order.Decisions = []Decision{{ID: "d1", Kind: Disqualify, Reason: "替考", By: staff, At: c.At}}
		}
		if c.Seen {
			order.CheckIns = []CheckIn{{ID: "old", UndoneAt: c.At}, {ID: "c1", At: c.At, By: staff}}
		}
		if from := order.CheckInFrom(rules()); !from.Equal(c.From) {
			t.Errorf("%s: from %s, want %s", c.Name, from, c.From)
		}
		if got := string(refusal.CodeOf(order.MayCheckIn(rules(), c.At))); got != c.Want {
			t.Errorf("%s: %q, want %q", c.Name, got, c.Want)
		}
	}
}

func TestR31_ACheckInIsADatedFact(t *testing.T) {
	tell(t, []story{
		{
			name: "told again it counts once, taken back once, with a reason, and done anew",
			steps: []step{
				does("1 08:30", checkIn("c1"), checkIn("c1")), refused("1 08:31", checkIn("c2"), CheckedInAlready),
				refused("1 08:32", UndoCheckIn{ID: "c1", By: staff}, ReasonMissing), refused("1 08:32", UndoCheckIn{ID: "c2", By: staff, Reason: "点错人"}, NotCheckedIn),
				does("1 08:33", UndoCheckIn{ID: "c1", By: staff, Reason: "点错人"}), refused("1 08:34", UndoCheckIn{ID: "c1", By: staff, Reason: "点错人"}, AlreadyUndone),
				does("1 08:35", checkIn("c1")), does("1 08:36", checkIn("c2")),
			},
			check: func(t *testing.T, s *stage) {
				if f := s.told(FactCheckedIn); len(f) != 2 || f[0].By != staff || !f[0].At.Equal(at("1 08:30")) {
					t.Errorf("facts %+v", f)
				}
				if f := s.told(FactCheckInUndone); len(f) != 1 || f[0].Reason != "点错人" {
					t.Errorf("facts %+v", f)
				}
				if c := s.order.CheckedIn(); c == nil || c.ID != "c2" || len(s.order.CheckIns) != 2 {
					t.Errorf("order %+v", s.order.CheckIns)
				}
			},
		},
		{
			name: "of a device without a line: judged by when the ticket was read, also when the exam is over and sealed since",
			steps: []step{
				one(), does("1 09:20", submit("a1"), Seal{}),
				refused("5 10:00", CheckInAt{ID: "late", At: at("1 09:20"), By: staff}, CheckInOver),
				does("5 10:00", CheckInAt{ID: "c1", At: at("1 08:50"), By: staff}),
			},
			check: func(t *testing.T, s *stage) {
				if f := s.told(FactCheckedIn); len(f) != 1 || !f[0].At.Equal(at("1 08:50")) {
					t.Errorf("facts %+v", f)
				}
				if c := s.order.CheckedIn(); c == nil || !c.At.Equal(at("1 08:50")) || !c.ArrivedAt.Equal(at("5 10:00")) {
					t.Errorf("%+v", c)
				}
			},
		},
		{
			name:  "of a device whose clock is ahead",
			steps: []step{does("1 08:30", CheckInAt{ID: "c1", At: at("9 08:30"), By: staff})},
			check: func(t *testing.T, s *stage) {
				if c := s.order.CheckedIn(); !c.At.Equal(at("1 08:30")) {
					t.Errorf("%+v", c)
				}
			},
		},
		{
			name:  "no precondition, and allowed while an attempt runs",
			steps: []step{one(), does("1 09:10", checkIn("c1"))},
		},
		{
			name:  "R22: a void opens it again",
			steps: []step{one(), does("1 09:20", submit("a1")), refused("1 09:30", checkIn("c1"), CheckInOver), does("1 09:31", void("a1"), checkIn("c1"))},
		},
		{name: "another person's is none", steps: []step{does("1 08:30", checkIn("c1"), ChangePerson{}, checkIn("c2"))}},
	})
}

func TestR25_TheDeskIdentifiesByADocument(t *testing.T) {
	if newOrder(func(o *Order) { o.Photo = "p" }).DocumentNeeded() || !newOrder().DocumentNeeded() ||
		!newOrder(func(o *Order) { o.Photo, o.Consent.Answer = "p", ConsentDeclined }).DocumentNeeded() {
		t.Error("who needs a document")
	}
	tell(t, []story{
		{
			name:  "with the check-in",
			steps: []step{refused("1 08:30", CheckInAt{ID: "c1", By: staff, Document: "library_card"}, DocumentUnknown), does("1 08:30", CheckInAt{ID: "c1", By: staff, Document: DocumentPassport})},
			check: func(t *testing.T, s *stage) {
				if f := s.told(FactIdentified); len(f) != 1 || f[0].By != staff || f[0].Args["document"] != DocumentPassport {
					t.Errorf("facts %+v", f)
				}
			},
		},
		{
			name: "who came past the desk, when the exam is over",
			steps: []step{
				one(), does("1 09:20", submit("a1")), refused("1 09:30", checkIn("c1"), CheckInOver),
				does("1 09:31", CheckInAt{ID: "c1", By: staff, Document: DocumentPassport}), refused("1 09:32", CheckInAt{ID: "c2", By: staff, Document: DocumentPassport}, CheckedInAlready),
			},
			check: func(t *testing.T, s *stage) {
				if len(s.told(FactIdentified)) != 1 || len(s.told(FactCheckedIn)) != 0 || s.order.CheckedIn().Document != DocumentPassport {
					t.Errorf("facts %+v", s.told(FactIdentified))
				}
			},
		},
		{
			name: "nobody whose face was compared, when the exam is over",
			steps: []step{
				one(), does("1 09:20", submit("a1")),
				func(_ *testing.T, s *stage) { s.order.Photo, s.order.Consent.Answer = "p", ConsentGiven },
				refused("1 09:30", CheckInAt{ID: "c1", By: staff, Document: DocumentPassport}, CheckInOver),
			},
		},
		{
			name: "after it",
			steps: []step{
				refused("1 08:29", IdentifyAt{CheckIn: "c1", By: staff, Document: DocumentIDCard}, NotCheckedIn), does("1 08:30", checkIn("c1")),
				refused("1 08:31", IdentifyAt{CheckIn: "c1", By: staff}, DocumentUnknown), refused("1 08:31", IdentifyAt{CheckIn: "c2", By: staff, Document: DocumentIDCard}, NotCheckedIn),
				does("1 08:31", IdentifyAt{CheckIn: "c1", By: staff, Document: DocumentIDCard}, IdentifyAt{CheckIn: "c1", By: staff, Document: DocumentIDCard}),
			},
			check: func(t *testing.T, s *stage) {
				if f := s.told(FactIdentified); len(f) != 1 || s.order.CheckedIn().Document != DocumentIDCard {
					t.Errorf("facts %+v", f)
				}
			},
		},
	})
}
