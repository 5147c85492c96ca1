package exam

import "testing"

// R14, R15: what the page gave up on is not done afterwards.
func TestR14_AnActThatComesTooLateChangesNothing(t *testing.T) {
	begun := does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"))
	by := func(e Event, moment string) Until { return Until{Event: e, Moment: at(moment)} }
	running := sees("1 09:10", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "2 00:00"})
	tell(t, []story{
		{name: "at its moment it is done", steps: []step{begun, does("1 09:05", by(submit("a1"), "1 09:05")), sees("1 09:10", view{Status: StatusSubmitted, FinalAt: "1 09:05"})}},
		{name: "a millisecond later it is not", steps: []step{begun, refused("1 09:05:00.001", by(submit("a1"), "1 09:05"), ActTooLate), running}},
		{name: "nor is a reset", steps: []step{begun, refused("1 09:06", by(reset("a1"), "1 09:05"), ActTooLate), running}, check: func(t *testing.T, s *stage) {
			if clipOf(s.attempt(t, "a1"), "1") != "c1" {
				t.Error("the clip is gone")
			}
		}},
		{name: "nor a start", steps: []step{refused("1 09:06", by(start("a1"), "1 09:05"), ActTooLate)}, check: func(t *testing.T, s *stage) {
			if len(s.order.Attempts) > 0 {
				t.Error("an attempt is spent")
			}
		}},
		{name: "nor a delete or a move", steps: []step{begun,
			refused("1 09:06", by(DeleteClip{"c1", phone}, "1 09:05"), ActTooLate), refused("1 09:06", by(MoveClip{"c1", "2", phone}, "1 09:05"), ActTooLate),
		}},
		{name: "without a moment it is always done", steps: []step{begun, does("1 09:05", Until{Event: submit("a1")})}},
	})
}
