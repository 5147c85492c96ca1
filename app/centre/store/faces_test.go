package store_test

import (
	"slices"
	"strings"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// sees records an examination that looked at the face.
func (c *centre) sees(clip string) {
	c.t.Helper()
	value := 0.7
	c.must(c.RecordInspection(c.t.Context(), clip, store.Inspection{
		SHA256: (strings.ToLower(clip) + strings.Repeat("0", 64))[:64], MediaType: "video/mp4",
		Findings: []exam.Finding{
			{Kind: exam.KindReadable, Verdict: exam.Pass},
			{Kind: exam.KindLight, Verdict: exam.Warn, Note: exam.NoteTooDark, Evidence: []exam.Evidence{{Frame: "dark " + clip}, {Frame: "both " + clip}}},
			{Kind: exam.KindFacePresent, Verdict: exam.Warn, Note: exam.NoteNoFace, Evidence: []exam.Evidence{{Frame: "face " + clip}, {Frame: "both " + clip}}},
			{Kind: exam.KindFaceMatch, Verdict: exam.Pass, Value: &value, Engine: "a network", Evidence: []exam.Evidence{{Frame: "best " + clip}}},
		},
	}))
}

// faceless wants nothing of the face that is left of a clip, and all else.
func (c *centre) faceless(clip string) {
	c.t.Helper()
	record, err := c.FindClip(c.t.Context(), clip)
	c.must(err)
	kinds := []exam.Kind{}
	for _, f := range record.Findings {
		kinds = append(kinds, f.Kind)
		if f.Kind == exam.KindFaceMatch && (f.Value != nil || f.Engine != "" || f.Note != exam.NoteIdentifiedAtDesk) {
			c.t.Errorf("the comparison: %+v", f)
		}
	}
	if want := []exam.Kind{exam.KindReadable, exam.KindLight, exam.KindFaceMatch}; !slices.Equal(kinds, want) {
		c.t.Errorf("findings of %s: %v, want %v", clip, kinds, want)
	}
	if hints := record.Hints; !slices.Equal(hints, []string{exam.HintTooDark}) {
		c.t.Errorf("hints of %s: %v", clip, hints)
	}
	trash := c.files()
	for frame, gone := range map[string]bool{"face ": true, "best ": true, "dark ": false, "both ": false} {
		used, err := c.EvidenceInUse(c.t.Context(), frame+clip)
		c.must(err)
		if used == gone || slices.Contains(trash, store.EvidenceFile(frame+clip)) != gone {
			c.t.Errorf("frame %s%s: in use %v, trash %v", frame, clip, used, trash)
		}
	}
}

// R25: a consent that is withdrawn takes verdicts, values and frames of the face
// with it, at any moment, also of what an examination finds that goes on, and
// nothing else; the audit log holds.
func TestR25AWithdrawnConsentTakesWhatWasFoundOfTheFace(t *testing.T) {
	c := newCentre(t)
	registered := registration("T2")
	registered.IDNumber = "GA123450"
	order, other := c.enrol("T1"), c.enrolOther("T2", registered.IDNumber)
	attempt, others := c.start(order), c.start(other)
	for _, o := range []exam.Order{order, other} {
		c.apply(o.ID, exam.Consented{Face: true, Guardian: "王大明", By: exam.Actor{Role: exam.ByCandidate}})
	}
	first, theirs := c.send(attempt, "1"), c.sendOf(registered.PersonKey(), others, "1")
	c.sees(first)
	c.sees(theirs)
	second := c.send(attempt, "2") // its examination goes on
	c.apply(order.ID, exam.Submit{AttemptID: attempt.ID, Device: attempt.Device})
	c.apply(order.ID, exam.Seal{})

	c.apply(order.ID, exam.Consented{By: exam.Actor{Role: exam.ByCandidate}})
	c.faceless(first)
	c.sees(second)
	c.faceless(second)
	if record, err := c.FindClip(t.Context(), theirs); err != nil || len(record.Findings) != 4 {
		t.Errorf("of another candidate: %+v %v", record.Findings, err)
	}
	if _, err := c.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}
