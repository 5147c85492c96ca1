package exam

import (
	"testing"
	"time"

	"kaodian/app/base/shown"
)

// Whether somebody speaks at the start is a hint for reviewers (R33): never of what
// is sung, and never a hint for the candidate (R19).
func TestR33WhetherSomebodySpeaksAtTheStart(t *testing.T) {
	seconds := func(from, to float64) shown.Span {
		return shown.Span{From: time.Duration(from * float64(time.Second)), To: time.Duration(to * float64(time.Second))}
	}
	for _, c := range []struct {
		name   string
		speech *Speech
		change func(*Measurement, *Context)
		want   Verdict // "" for no finding
		value  float64
		places int
	}{
		{name: "an announcement", speech: &Speech{Spans: []shown.Span{seconds(2, 4.5), seconds(5, 7)}}, want: Pass, value: 4.5, places: 2},
		{name: "just long enough", speech: &Speech{Spans: []shown.Span{seconds(1, 2)}}, want: Pass, value: 1, places: 1},
		{name: "a word", speech: &Speech{Spans: []shown.Span{seconds(1, 1.9)}}, want: Warn, value: 0.9, places: 1},
		{name: "nobody", speech: &Speech{}, want: Warn, places: 1},
		{name: "nobody listened"},
		{name: "a singer", speech: &Speech{}, change: func(_ *Measurement, c *Context) { c.Sings = true }},
		{name: "no sound", speech: &Speech{}, change: func(m *Measurement, _ *Context) { m.Sound = nil }},
	} {
		m, context := goodClip()
		if m.Speech = c.speech; c.speech != nil {
			m.Speech.Until, m.Speech.Engine = 30*time.Second, "a network"
		}
		if c.change != nil {
			c.change(&m, &context)
		}
		findings := Judge(m, context)
		f := findKind(findings, KindAnnouncement)
		if (f != nil) != (c.want != "") {
			t.Errorf("%s: %v", c.name, f)
		}
		if f == nil {
			continue
		}
		if f.Verdict != c.want {
			t.Errorf("%s: %q, want %q", c.name, f.Verdict, c.want)
		}
		if *f.Value != c.value || len(f.Evidence) != c.places || f.Engine == "" || (f.Note == NoteNoSpeech) != (c.want == Warn) {
			t.Errorf("%s: %+v", c.name, *f)
		}
		if hints := Hints(findings); len(hints) > 0 {
			t.Errorf("%s: the candidate is told %v", c.name, hints)
		}
	}
}

func TestR33WhichSubjectsAreSung(t *testing.T) {
	for subject, want := range map[string]bool{
		"声乐": true, "美声唱法": true, "流行演唱": true, "儿歌": true, "Vocal music": true, "钢琴": false, "小提琴": false, "古筝": false, "电子管风琴": false, "Piano": false, "": false,
	} {
		if Sings(subject) != want {
			t.Errorf("%s is sung: %t", subject, !want)
		}
	}
}
