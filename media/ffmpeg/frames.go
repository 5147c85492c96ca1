package ffmpeg

import (
	"strconv"
	"time"
)

// Frame is one picture of a clip, upright.
type Frame struct {
	At   time.Duration // from the clip's start
	JPEG []byte
}

// maxFrame limits one picture, in bytes.
const maxFrame = 4 << 20

func quiet() []string {
	return []string{"-nostdin", "-hide_banner", "-v", "error", "-threads", "2"}
}

func stream(index int) string { return "0:" + strconv.Itoa(index) }

// decimal writes seconds as ffmpeg reads them.
func decimal(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
