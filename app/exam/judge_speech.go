package exam

import (
	"strings"
	"time"

	"kaodian/app/base/shown"
)

// Speech is when somebody speaks at a clip's start, where the announcement is.
type Speech struct {
	Engine string // the network with its hash
	Until  time.Duration
	Spans  []shown.Span
}

// MinSpoken is how many seconds of speech an announcement has at the least. Name,
// code, subject, grade and piece (R33) take three in a great hurry; of ten recorded
// sentences of 1.1 to 7.1 s silero_vad heard 55 to 92 %, over a piano as loud as
// themselves as well. Of 261 half minutes of music (22 instruments of a synthesizer
// alone, recorded and synthesized bands) it took 0.42 s at the most for speech.
const MinSpoken = 1.0

// judgeAnnouncement is a hint for reviewers: whether anybody speaks at the start,
// and where. What is said, and the code above all, stays a person's ear (R33).
// Singing counts as speech, so it says nothing of singers; nor without sound,
// which has a finding of its own.
func judgeAnnouncement(m Measurement, c Context) []Finding {
	if m.Speech == nil || c.Sings || m.Sound == nil {
		return nil
	}
	spoken := time.Duration(0)
	for _, s := range m.Speech.Spans {
		spoken += s.Length()
	}
	f := against(KindAnnouncement, AtLeast, MinSpoken, Seconds).measured(spoken.Seconds(), Warn, NoteNoSpeech)
	f.Engine, f.Evidence = m.Speech.Engine, []Evidence{{To: m.Speech.Until}}
	if f.Verdict == Pass {
		f.Evidence = evidenceOf(m.Speech.Spans)
	}
	return []Finding{f}
}

// Sings says that the subject is sung, as far as its name says so.
func Sings(subject string) bool {
	for _, word := range []string{"声乐", "唱", "歌", "vocal", "voice", "sing", "choir", "choral"} {
		if strings.Contains(strings.ToLower(subject), word) {
			return true
		}
	}
	return false
}
