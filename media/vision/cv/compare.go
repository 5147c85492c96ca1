package cv

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"kaodian/media/vision"
)

// Compare looks for faces in the frames and compares the best frames' largest
// face with the photo's only face.
func (e *Engine) Compare(photo []byte, frames [][]byte) (vision.Comparison, error) {
	c := vision.Comparison{About: e.about, Best: -1}
	e.detector.begin()
	before := e.seen
	e.seen = map[[sha256.Size]byte]analysis{}
	if err := e.reference(photo, &c, before); err != nil {
		return vision.Comparison{}, fmt.Errorf("registration photo: %w", err)
	}
	analyses := make([]analysis, 0, len(frames))
	for i, frame := range frames {
		s, err := e.once(frame, before)
		if err != nil {
			return vision.Comparison{}, fmt.Errorf("frame %d: %w", i, err)
		}
		s.frame = i
		c.Frames = append(c.Frames, s.faces)
		c.Similarities = append(c.Similarities, similarity(c.PhotoNumbers, s.numbers))
		if len(s.faces) > 0 {
			analyses = append(analyses, s)
		}
	}
	return c, e.best(analyses, &c)
}

// analysis is what one frame gives for the comparison.
type analysis struct {
	frame    int
	sum      [sha256.Size]byte // of the picture
	faces    []vision.Face
	embedded // of the largest, without numbers where there is no network
}

// candidates is how many of the best frames are taken together: the
// announcement is one person's, and five bad pictures say more than one. A frame
// of less than half the best one's quality does not count.
const (
	candidates = 5
	nearlyBest = 0.5
)

func similarity(reference, numbers vision.Numbers) *float64 {
	if value, ok := vision.Cosine(reference, numbers); ok {
		return &value
	}
	return nil
}

func (e *Engine) best(analyses []analysis, c *vision.Comparison) error {
	if len(analyses) == 0 {
		return nil
	}
	slices.SortStableFunc(analyses, func(a, b analysis) int {
		return cmp.Compare(b.faces[0].Quality(), a.faces[0].Quality())
	})
	counted, err := e.counted(analyses)
	if err != nil {
		return err
	}
	leading := slices.MaxFunc(counted, func(a, b analysis) int { return cmp.Compare(likenessTo(c, a), likenessTo(c, b)) })
	var together []vision.Numbers
	for _, s := range counted {
		// Where two people announce, one's frames say nothing of the other.
		if likeness, ok := vision.Cosine(leading.numbers, s.numbers); ok && likeness > e.about.NoMatchInClip {
			together = append(together, s.numbers)
		}
	}
	c.Best = leading.frame
	c.Numbers = vision.Together(together)
	c.Similarity = similarity(c.PhotoNumbers, c.Numbers)
	return nil
}

// likenessTo is how like the photo a frame is; the same of all without a photo.
func likenessTo(c *vision.Comparison, s analysis) float64 {
	likeness, _ := vision.Cosine(c.PhotoNumbers, s.numbers)
	return likeness
}

// counted are the best frames with their mirrored pictures, the best first.
func (e *Engine) counted(analyses []analysis) (list []analysis, err error) {
	for _, s := range analyses[:min(len(analyses), candidates)] {
		if s.faces[0].Quality() < nearlyBest*analyses[0].faces[0].Quality() {
			break
		}
		if s, err = e.mirrored(s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// mirrored adds the mirrored face to an analysis.
func (e *Engine) mirrored(s analysis) (_ analysis, err error) {
	if s.numbers == nil {
		return s, nil
	}
	s.embedded, err = e.network.mirrored(s.embedded)
	e.seen[s.sum] = s
	return s, err
}

// reference notes in c what the photo shows: the numbers of its face only if
// there is exactly one.
func (e *Engine) reference(photo []byte, c *vision.Comparison, before map[[sha256.Size]byte]analysis) error {
	if len(photo) == 0 {
		return nil
	}
	s, err := e.once(photo, before)
	if err == nil {
		s, err = e.mirrored(s)
	}
	if err != nil {
		return err
	}
	if c.PhotoFaces = len(s.faces); c.PhotoFaces > 0 {
		c.PhotoFace = &s.faces[0]
	}
	if c.PhotoFaces == 1 {
		c.PhotoNumbers = s.numbers
	}
	return nil
}

// once analyses a picture that the job before did not.
func (e *Engine) once(data []byte, before map[[sha256.Size]byte]analysis) (s analysis, err error) {
	sum := sha256.Sum256(data)
	s, known := before[sum]
	if !known {
		if s, err = e.analyse(data); err != nil {
			return s, err
		}
	}
	s.sum = sum
	e.seen[sum] = s
	return s, nil
}

// analyse finds the faces of one picture and makes numbers of the largest.
func (e *Engine) analyse(data []byte) (analysis, error) {
	picture, _, err := decode(data)
	if err != nil {
		return analysis{}, err
	}
	defer picture.Close()
	found, err := e.detector.detect(picture)
	if err != nil {
		return analysis{}, err
	}
	s := analysis{faces: faces(picture, found)}
	if e.network == nil || len(found) == 0 || found[0].Points == (vision.Landmarks{}) {
		return s, nil
	}
	s.embedded, err = e.network.embed(picture, found[0].Points)
	return s, err
}
