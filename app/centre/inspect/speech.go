package inspect

import (
	"context"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/measure"
	"kaodian/media/speech"
)

// spokenWithin is how long a clip is listened to: who plays at once, and announces
// nothing, has played for a while by then.
const spokenWithin = 30 * time.Second

// Speech hears whether somebody speaks, and says by which network.
type Speech struct {
	Network *speech.Network
	Engine  string
}

// speech is when somebody speaks at the clip's start; nil where nothing can be
// heard. The sound is read once more, the beginning of it: it has another rate
// than what is measured.
func (i *Inspector) speech(ctx context.Context, clip store.ClipToInspect, result measure.Result) (*exam.Speech, error) {
	if i.Speech == nil || result.Info.Audio == nil || exam.Sings(clip.Subject) {
		return nil, nil
	}
	samples, err := i.Tools.ReadVoice(ctx, clip.Path, result.Info, speech.Rate, spokenWithin)
	if err != nil || len(samples) < speech.Step {
		return nil, err
	}
	return &exam.Speech{
		Engine: i.Speech.Engine, Until: min(spokenWithin, result.Info.Duration), Spans: i.Speech.Network.Spans(samples),
	}, nil
}
