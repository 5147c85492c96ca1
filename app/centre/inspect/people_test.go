package inspect_test

import (
	"os"
	"testing"

	"kaodian/app/exam"
	"kaodian/packaging/sharedtest"
)

// R18: who plays is held against who announced, and others in the frame are
// counted, by the stills of a real clip.
func TestR18_WhoPlaysIsWhoAnnounced(t *testing.T) {
	t.Parallel()
	models := sharedtest.Path(t, "models")
	for _, c := range []struct{ second, persons, same string }{
		{"person-a-3.jpg", "", ""},
		{"person-b-2.jpg", "", exam.NoteOtherPerson},
		{"two-people.jpg", exam.NoteSomebodyEnters, ""},
	} {
		if c.second == "person-a-3.jpg" && os.Getenv("KAODIAN_SOAK") == "" {
			continue // the others see more
		}
		clip := showing(t, "640:360", seen{"person-a-1.jpg", 22}, seen{c.second, 10})
		in := setUp(t, clip, registered(t, "person-a-2.jpg"), models).inspect(t)
		if f := finding(t, in, exam.KindPersons); f.Note != c.persons || (f.Verdict == exam.Warn) != (c.persons != "") {
			t.Errorf("%s: %+v", c.second, f)
		}
		if f := finding(t, in, exam.KindSamePerson); c.second != "two-people.jpg" && (f.Note != c.same || (f.Verdict == exam.Warn) != (c.same != "")) {
			t.Errorf("%s: %+v", c.second, f)
		}
		if hints := exam.Hints(in.Findings); hints != nil {
			t.Errorf("R19: the candidate hears %v", hints)
		}
	}
}
