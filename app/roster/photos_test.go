package roster

import "testing"

func TestR2WhatWasSeenOfAPhotoIsJudged(t *testing.T) {
	fine := PhotoSeen{Colourful: 0.5, Faces: 1, Reliable: true, Sharpness: 100, Share: 0.5, Pattern: 10}
	for name, c := range map[string]struct {
		seen   func(*PhotoSeen)
		want   PhotoVerdict
		nobody bool // could say
	}{
		"fine":                         {func(*PhotoSeen) {}, PhotoVerdict{Faces: 1}, false},
		"broken":                       {func(p *PhotoSeen) { p.Unreadable, p.Faces, p.Reliable = "cut", 0, false }, PhotoVerdict{Unreadable: "cut"}, false},
		"grey":                         {func(p *PhotoSeen) { p.Colourful, p.Reliable = 0.009, false }, PhotoVerdict{Grey: true, Faces: 1}, false},
		"no face":                      {func(p *PhotoSeen) { p.Faces = 0 }, PhotoVerdict{}, false},
		"several":                      {func(p *PhotoSeen) { p.Faces = 2 }, PhotoVerdict{Faces: 2}, false},
		"no face, by a poor detector":  {func(p *PhotoSeen) { p.Faces, p.Reliable = 0, false }, PhotoVerdict{}, true},
		"several, by a poor detector":  {func(p *PhotoSeen) { p.Faces, p.Reliable = 2, false }, PhotoVerdict{}, true},
		"one face, by a poor detector": {func(p *PhotoSeen) { p.Reliable = false }, PhotoVerdict{Faces: 1}, false},
		"all three doubts":             {func(p *PhotoSeen) { p.Sharpness, p.Share, p.Pattern = 29.9, 0.24, 20.1 }, PhotoVerdict{Faces: 1, Blurred: true, FaceSmall: true, Rephotographed: true}, false},
		"at the limits there is none":  {func(p *PhotoSeen) { p.Sharpness, p.Share, p.Pattern = 30, 0.25, 20 }, PhotoVerdict{Faces: 1}, false},
	} {
		seen := fine
		c.seen(&seen)
		if got, err := seen.Verdict(); got != c.want || (err != nil) != c.nobody {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
