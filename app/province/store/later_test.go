package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/records/recordstest"
)

// enrol makes an install of a centre.
func enrol(t *testing.T, s *store.Store, centre, install string) {
	t.Helper()
	if err := s.Invite(t.Context(), centre, "dir:/x", "token of "+install); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Enrol(t.Context(), store.Install{Centre: centre, Install: install, MinisignKey: "k"}, "token of "+install); err != nil {
		t.Fatal(err)
	}
}

// The other half of this is in the outbox: what it seals of the same finding.
func TestAFindingIsShownAsItWasSealed(t *testing.T) {
	s := enrolled(t)
	frame := batchtest.Media{SHA256: batch.Sum([]byte("frame")), Sealed: batch.Sum([]byte("sealed frame")), Size: 5, Type: "image/jpeg", Role: "evidence", Owner: "clip"}
	sent := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original, frame})
	if _, err := takeIn(t, s, store.Batch{Ref: ref, ManifestSHA256: "m1"}, sent); err != nil {
		t.Fatal(err)
	}
	page, err := s.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	if err != nil || len(page.Clips) != 1 {
		t.Fatalf("%d clips, %v", len(page.Clips), err)
	}
	if diff := cmp.Diff([]exam.Finding{batchtest.Specimen(frame.SHA256, "clip-of-another")}, page.Clips[0].Findings); diff != "" {
		t.Error(diff)
	}
}

func TestR31LaterFactsAreOfAnOrderThatCame(t *testing.T) {
	first := batch.Ref(ref)
	second := batch.Ref{Centre: ref.Centre, Install: ref.Install, Sequence: 2}
	elsewhere := batch.Ref{Centre: "south", Install: "00000000000000bb", Sequence: 1}
	clip := func(of batch.Ref) string { return "clip-" + of.Install + "-1-0" }
	for name, c := range map[string]struct {
		extra []string
		want  string // "" if it is taken in
	}{
		"an order of the batch before":        {recordstest.Later(first), ""},
		"an order of the box before this one": {recordstest.Later(batch.Ref{Centre: ref.Centre, Install: "00000000000000cc", Sequence: 1}), ""},
		"an order that nobody knows":          {recordstest.Later(batch.Ref{Centre: ref.Centre, Install: "00000000000000dd", Sequence: 1}), "came in no batch"},
		"an order of another batch than it says": {append(recordstest.Later(first),
			"UPDATE subjects SET install = '00000000000000cc' WHERE sequence = 1"), "came in no batch"},
		"another centre's order": {recordstest.Later(elsewhere), "another centre"},
		"another centre's order as its own": {append(recordstest.Later(elsewhere),
			"UPDATE subjects SET install = '"+ref.Install+"'"), "another centre"},
		"a finding about another centre's clip": {[]string{"UPDATE evidence SET other_id = '" + clip(elsewhere) + "'"}, "another centre"},
		"a clip that did not come": {append(recordstest.Later(first),
			"UPDATE examinations SET clip_id = 'nowhere' WHERE id LIKE 'late-%'"), "did not come with their orders"},
		"a tick of a clip of nobody": {append(recordstest.Later(first),
			"UPDATE ticks SET clip_id = 'nowhere' WHERE heard = ''"), "did not come with their orders"},
		"a departure of a clip of nobody": {append(recordstest.Later(first),
			"UPDATE departures SET clip_id = 'nowhere' WHERE withdrawn_at IS NOT NULL"), "did not come with their orders"},
		"a mark of nobody's order":         {[]string{"UPDATE marks SET order_id = 'nobody'"}, "marks belongs to none of subjects"},
		"a finding of no examination":      {[]string{"UPDATE findings SET examination = 'none'"}, "belongs to none of"},
		"an erasure of nobody's order":     {[]string{"UPDATE erasures SET order_id = 'nobody'"}, "erasures belongs to none of subjects"},
		"an irregularity of nobody":        {[]string{"UPDATE irregularities SET order_id = 'nobody'"}, "irregularities belongs to none of subjects"},
		"an order that is no subject":      {[]string{"DELETE FROM subjects"}, "subjects does not name"},
		"a subject that is not there":      {[]string{"INSERT INTO subjects VALUES ('nobody', '" + ref.Install + "', 2)"}, "which it is not in"},
		"another order's clip":             {append(recordstest.Later(first), "UPDATE ticks SET clip_id = 'clip-"+ref.Install+"-2-0', what = 'name' WHERE heard = ''"), "not of its order"},
		"a frame that is not in the batch": {append(recordstest.Later(first), "UPDATE evidence SET frame = '"+strings.Repeat("ab", 32)+"' WHERE from_ms = 3000"), "evidence.frame"},
	} {
		t.Run(name, func(t *testing.T) {
			s := enrolled(t)
			enrol(t, s, ref.Centre, "00000000000000cc")
			enrol(t, s, elsewhere.Centre, elsewhere.Install)
			for i, of := range []batch.Ref{first, {Centre: ref.Centre, Install: "00000000000000cc", Sequence: 1}, elsewhere} {
				sent := recordstest.Records(t, t.TempDir(), of, []batchtest.Media{original})
				if _, err := takeIn(t, s, store.Batch{Ref: store.Ref(of), ManifestSHA256: "m1"}, sent); err != nil {
					t.Fatal(i, err)
				}
			}
			sent := recordstest.Records(t, t.TempDir(), second, []batchtest.Media{original}, c.extra...)
			_, err := takeInAfter(t, s, store.Batch{Ref: store.Ref(second), ManifestSHA256: "m2"}, "m1", sent)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// A finding of version 1 gets its side by what was held against its limit then.
func TestAFindingOfVersion1GetsItsSide(t *testing.T) {
	for finding, want := range map[string]exam.Side{
		"kind = 'loudness'":                                     exam.AtLeast,
		"kind = 'cuts'":                                         exam.AtMost,
		"kind = 'light', note = 'too_bright'":                   exam.AtMost,
		"kind = 'light', note = 'too_dark'":                     exam.AtLeast,
		"kind = 'same_person'":                                  exam.LessThan,
		"kind = 'face_match', verdict = 'fail'":                 exam.MoreThan,
		"kind = 'face_match', verdict = 'warn'":                 exam.AtLeast,
		"kind = 'duration', limit_value = NULL":                 "",
		"kind = 'of_a_later_judge'":                             "",
		"kind = 'orientation', value = 0.5, verdict = 'warn'":   exam.MoreThan,
		"kind = 'recording_time', value = 60, verdict = 'warn'": exam.AtMost,
	} {
		s := enrolled(t)
		sent := recordstest.Of(t, 1, t.TempDir(), batch.Ref(ref), []batchtest.Media{original}, "UPDATE findings SET "+finding)
		if _, err := takeIn(t, s, store.Batch{Ref: ref, ManifestSHA256: "m1"}, sent); err != nil {
			t.Fatal(err)
		}
		page, err := s.ListClips(t.Context(), store.ClipFilter{Limit: 10})
		if err != nil || page.Clips[0].Findings[0].Side != want {
			t.Errorf("%s: %+v, want %q, %v", finding, page.Clips[0].Findings[0], want, err)
		}
	}
}
