package exam

import (
	"maps"
	"math"
	"slices"
	"time"

	"kaodian/app/base/shown"
)

// The limits of a face that may be compared. On five photos of two people,
// blurred and darkened by OpenCV, the same man still compared right at a
// sharpness of 257 and a luma of 23, and came out as somebody else at 107 and 14.
// The pose's limit is a guess: there were no photos in profile.
const (
	MinFaceSharpness = 150.0 // variance of the Laplacian at 112 pixels
	MinFaceLuma      = 20.0
	MaxFaceLuma      = 235.0
	MinFrontal       = 0.5 // 1 looks at us, 0 is in profile
	MaxFaceUnseen    = 30.0
	MinOtherPerson   = 2 // stills; one alone can be a bad picture
)

// whyUnfit is why a face allows no verdict, "" if it does.
func (b BestFace) whyUnfit() Note {
	switch {
	case b.EyeDistance < MinEyeDistance:
		return NoteFaceTooSmall
	case b.Sharpness < MinFaceSharpness:
		return NoteFaceBlurred
	case b.Frontal < MinFrontal:
		return NoteFaceTurned
	case b.Light < MinFaceLuma || b.Light > MaxFaceLuma:
		return NoteFaceLight
	}
	return ""
}

// Unfit says that nothing may be concluded from comparing this face.
func (b BestFace) Unfit() bool { return b.whyUnfit() != "" }

// People is who is seen in the clip over time.
type People struct {
	Engine         string
	Failed         bool // the engine gave no answer
	Reliable       bool // the detector is one whose «no face» counts
	HasNetwork     bool // an embedding network is installed
	Match, NoMatch float64
	Stills         []StillPeople // in the order of their times
}

// StillPeople is what one still shows.
type StillPeople struct {
	BestFace      // the largest; its similarity is with the announcement's best
	Persons  int  // faces large enough to be somebody in the room
	Start    bool // of the announcement
}

// judgePeople makes the findings about who is in the frame over time. Faces
// are all it has: who sits with the side to the camera, as at the piano, may
// show none, so a face that is missing is never held against anybody.
func judgePeople(m Measurement) []Finding {
	if why := m.People.whyUnseen(); why != "" {
		return []Finding{Finding{Kind: KindPersons}.cannotTell(why), Finding{Kind: KindSamePerson}.cannotTell(why), Finding{Kind: KindInFrame}.cannotTell(why)}
	}
	return []Finding{judgePersons(*m.People), judgeSamePerson(*m.People), judgeInFrame(*m.People)}
}

// whyUnseen is why nothing can be said of who is seen, "" if something can.
func (p *People) whyUnseen() Note {
	switch {
	case p == nil || p.Failed || len(p.Stills) == 0:
		return NoteNotExamined
	case !p.Reliable:
		return NoteNoModel
	}
	return ""
}

func judgePersons(p People) Finding {
	most, atStart := 0, 0
	for _, s := range p.Stills {
		most = max(most, s.Persons)
		if s.Start {
			atStart = max(atStart, s.Persons)
		}
	}
	f := against(KindPersons, AtMost, 1, "").measured(float64(most), Warn, NoteSeveralPersons)
	f.Engine = p.Engine
	switch {
	case most == 0:
		return f.cannotTell(NoteFaceNotSeen)
	case f.Verdict == Warn && atStart == 1:
		f.Note = NoteSomebodyEnters
	}
	return f.at(p.where(func(s StillPeople) bool { return s.Persons > 1 }))
}

// judgeSamePerson holds who plays against who announced; the registration
// photo has no part in it. It is never more than a warning.
func judgeSamePerson(p People) Finding {
	other := func(s StillPeople) bool { return s.comparable() && *s.Similarity <= p.NoMatch }
	same, others := 0, 0
	for _, s := range p.Stills {
		switch {
		case s.comparable() && *s.Similarity >= p.Match:
			same++
		case other(s):
			others++
		}
	}
	f := against(KindSamePerson, LessThan, MinOtherPerson, "").measured(float64(others), Warn, NoteOtherPerson)
	f.Engine = p.Engine
	if !p.HasNetwork {
		return f.cannotTell(NoteNoModel)
	}
	if f.Verdict == Pass && same == 0 {
		return f.cannotTell(NoteFaceNotSeen)
	}
	return f.at(p.where(other))
}

// comparable says that the still's face may be held against the
// announcement's, which is no part of what is asked.
func (s StillPeople) comparable() bool {
	return !s.Start && s.Similarity != nil && s.whyUnfit() == ""
}

func judgeInFrame(p People) Finding {
	unseen := p.where(func(s StillPeople) bool { return s.Persons == 0 })
	f := judgeStretches(KindInFrame, unseen, MaxFaceUnseen, NoteFaceNotSeen)
	f.Engine = p.Engine
	if f.Verdict == Warn {
		return f.cannotTell(NoteFaceNotSeen)
	}
	return f
}

// where are the stretches of stills that are so: from the first to the next
// that is not, for who is gone between two stills came back by then.
func (p People) where(so func(StillPeople) bool) []shown.Span {
	var list []shown.Span
	inside := false
	for _, s := range p.Stills {
		if inside {
			list[len(list)-1].To = s.At
		}
		if now := so(s); now != inside {
			inside = now
			if now {
				list = append(list, shown.Span{From: s.At, To: s.At})
			}
		}
	}
	return list
}

// MaxPhotoAge is how old a «recent» photo may be (R2); children change fast.
const MaxPhotoAge = 366 * 24 * time.Hour

// judgePhotoAge stands beside the comparison: with an old photo a doubtful one
// says little.
func judgePhotoAge(face Face, c Context) Finding {
	if !face.HasPhoto || c.PhotoTaken.IsZero() || c.StartedAt.IsZero() {
		return Finding{Kind: KindPhotoAge, Verdict: Pass, Note: NoteUnknown} // the date is optional (R1)
	}
	days := math.Floor(c.StartedAt.Sub(c.PhotoTaken.at(c.StartedAt.Location())).Hours() / 24) // the date has no time of day
	return against(KindPhotoAge, AtMost, MaxPhotoAge.Hours()/24, Days).measured(days, Warn, NotePhotoOld)
}

// Until what age a face changes so fast that a photo of half a year ago is of
// another child, so to say.
const (
	fastUntil     = 10 // years
	maxFastPhotos = 183 * 24 * time.Hour
)

// outgrown says that the photo is too old for «another person» to be concluded:
// who is not like it may have grown. A small child's may be, where nobody knows
// when it was taken.
func outgrown(c Context) bool {
	if c.StartedAt.IsZero() {
		return false
	}
	fast := !c.BornOn.IsZero() && c.StartedAt.Before(c.BornOn.at(c.StartedAt.Location()).AddDate(fastUntil, 0, 0))
	if c.PhotoTaken.IsZero() {
		return fast
	}
	limit := MaxPhotoAge
	if fast {
		limit = maxFastPhotos
	}
	return c.StartedAt.Sub(c.PhotoTaken.at(c.StartedAt.Location())) > limit
}

func (d Date) at(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// FaceKinds are the kinds of findings that say something of a face.
func FaceKinds() []Kind { return slices.Sorted(maps.Keys(aboutFaces)) }

var aboutFaces = map[Kind]bool{
	KindPhotoAge: true, KindFaceMatch: true, KindFacePresent: true, KindPersons: true, KindSamePerson: true, KindInFrame: true,
}
