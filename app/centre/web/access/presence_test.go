package access

import (
	"testing"
	"time"
)

func TestAPhoneIsLostAfterAMinuteAndBackWhenItSpeaks(t *testing.T) {
	start := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	p := Presence{since: start, heard: map[string]time.Time{}}
	for _, step := range []struct {
		name string
		hear int // seconds, -1 for nothing
		now  int
		want int // since when it is lost, -1 for not
	}{
		{"never heard, a minute after the start of the program", -1, 60, 0},
		{"heard", 70, 129, -1},
		{"a minute later", -1, 130, 70},
		{"it speaks again", 140, 141, -1},
	} {
		if step.hear >= 0 {
			p.Hear("phone", at(step.hear))
		}
		got := p.LostSince("phone", start.Add(-time.Hour), at(step.now))
		if step.want < 0 && !got.IsZero() || step.want >= 0 && !got.Equal(at(step.want)) {
			t.Errorf("%s: lost since %s", step.name, got)
		}
	}
	if got := p.LostSince("new", at(200), at(210)); !got.IsZero() {
		t.Errorf("an attempt that just began is lost since %s", got)
	}
	p.Hear("other", start.Add(25*time.Hour))
	p.Hear("other", start.Add(50*time.Hour))
	if _, kept := p.heard["phone"]; kept {
		t.Error("a phone of days ago is kept")
	}
}
