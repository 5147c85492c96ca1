package exam

import (
	"testing"
	"time"
)

// R18, R20: the same person only where so alike are at most one in 1,000 pairs of
// different children, another only far below, and between them nothing is said.
func TestR18_AFaceIsJudgedBesideOthersOfTheCentre(t *testing.T) {
	cases := []struct {
		name       string
		similarity float64
		beside     *float64
		verdict    Verdict
		value      float64
		unit       Unit
	}{
		{"very alike, no others known", 0.61, nil, Pass, 0.61, ""},
		{"as siblings are, no others known", 0.59, nil, CannotTell, 0.59, ""},
		{"not very alike, and nobody else is", 0.4, new(3.0), Pass, 3, Spreads},
		{"very alike, and so are others", 0.7, new(2.99), CannotTell, 2.99, Spreads},
		{"another", 0.1, nil, Fail, 0.1, ""},
		{"another, whoever stands beside", 0.1, new(5.0), Fail, 0.1, ""},
		{"just no other", 0.101, new(1.0), CannotTell, 1, Spreads},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			m, c := goodClip()
			m.Face.Match, m.Face.NoMatch, m.Face.MatchBeside = 0.6, 0.1, 3
			m.Face.Best.Similarity, m.Face.Beside = &tc.similarity, tc.beside
			f := findKind(Judge(m, c), KindFaceMatch)
			if f.Verdict != tc.verdict || *f.Value != tc.value || f.Unit != tc.unit || (f.Note == NoteBetweenThresholds) != (tc.verdict == CannotTell) {
				t.Errorf("%+v", f)
			}
		})
	}
	for nearest, want := range map[float64]Verdict{0.59: Pass, 0.6: CannotTell} { // a twin passes for the same person too
		m, c := goodClip()
		m.Face.Match, m.Face.NoMatch, m.Face.MatchBeside = 0.6, 0.1, 3
		m.Face.Best.Similarity, m.Face.Beside, m.Face.Nearest = new(0.8), new(5.0), &nearest
		if f := findKind(Judge(m, c), KindFaceMatch); f.Verdict != want || (f.Note == NoteOthersAsAlike) != (want == CannotTell) {
			t.Errorf("another of %.2f: %+v", nearest, f)
		}
	}
	m, c := goodClip()
	m.Face.Beside = new(9.0) // by a network that was not measured so
	if f := findKind(Judge(m, c), KindFaceMatch); f.Unit != "" {
		t.Errorf("%+v", f)
	}
}

// R20: who is not like an old photo may have grown; children change faster.
func TestR20_AnOldPhotoMakesNobodyAnother(t *testing.T) {
	at := func(year int, month time.Month, day int) Date { return Date{year, month, day} }
	cases := []struct {
		name        string
		taken, born Date
		verdict     Verdict
	}{
		{"no date, of a young child", Date{}, at(2018, 1, 1), CannotTell},
		{"no date, of an older one", Date{}, at(2012, 1, 1), Fail},
		{"recent, of a young child", at(2026, 3, 1), at(2018, 1, 1), Fail},
		{"of last autumn, of a young child", at(2025, 12, 1), at(2018, 1, 1), CannotTell},
		{"of last autumn, of an older one", at(2025, 12, 1), at(2012, 1, 1), Fail},
		{"of last autumn, birth not known", at(2025, 12, 1), Date{}, Fail},
		{"of two years ago", at(2024, 6, 1), at(2000, 1, 1), CannotTell},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			m, c := goodClip()
			c.StartedAt = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
			c.PhotoTaken, c.BornOn = tc.taken, tc.born
			m.Face.Best.Similarity = new(-0.2)
			f := findKind(Judge(m, c), KindFaceMatch)
			if f.Verdict != tc.verdict || (f.Note == NotePhotoOld) != (tc.verdict == CannotTell) {
				t.Errorf("%+v", f)
			}
		})
	}
}
