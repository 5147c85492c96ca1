package vision

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// About describes an engine: its networks and library.
type About struct {
	Detector string  `json:"detector"` // name and hash
	Reliable bool    `json:"reliable"` // its «no face» counts; not so the cascade's
	Network  string  `json:"network"`  // name and hash, "" if none is installed
	Match    float64 `json:"match"`    // cosine from which it is the same person
	NoMatch  float64 `json:"no_match"` // cosine up to which it is another
	// NoMatchInClip is the same between pictures of one clip.
	NoMatchInClip float64 `json:"no_match_in_clip"`
	// MatchCohort is from how many spreads beside others it is the same person
	// (Beside); 0 where that was not measured.
	MatchCohort float64 `json:"match_cohort,omitempty"`
	Origin      string  `json:"origin"`  // where the limits come from
	Library     string  `json:"library"` // OpenCV and its version
	// Problems are models that were found and not used, for the operator.
	Problems []string `json:"problems,omitempty"`
}

// Compares notes the network that compares.
func (a *About) Compares(c Card) {
	a.Network, a.Origin = c.Label(), c.Origin
	a.Match, a.NoMatch, a.NoMatchInClip, a.MatchCohort = c.Match, c.NoMatch, c.InClip(), c.MatchCohort
}

// Engine is detector and network in one line, as a finding names them.
func (a About) Engine() string {
	if a.Network == "" {
		return a.Detector
	}
	return a.Detector + " + " + a.Network
}

// Face is one face in a picture; all lengths are pixels of that picture.
type Face struct {
	X           float64 `json:"x"`
	Y           float64 `json:"y"`
	Width       float64 `json:"width"`
	Height      float64 `json:"height"`
	Score       float64 `json:"score"`
	EyeDistance float64 `json:"eye_distance"` // 0 if the detector knows no eyes
	Sharpness   float64 `json:"sharpness"`    // variance of the Laplacian at 112 pixels, 0 if not measured
	Frontal     float64 `json:"frontal"`      // 1: looks at us, 0: in profile
	Light       float64 `json:"light"`        // mean luma, 0 to 255; 0 if not measured
}

// Comparison is the result of comparing frames with a photo.
type Comparison struct {
	About      About    `json:"about"`
	PhotoFaces int      `json:"photo_faces"`
	PhotoFace  *Face    `json:"photo_face,omitempty"` // the largest in the photo
	Frames     [][]Face `json:"frames"`               // largest face first
	Best       int      `json:"best"`                 // frame with the best face, −1 if there is none
	// Similarity is the cosine of the best frames' largest faces together with
	// the photo's, nil where there is no network or not one face in the photo.
	Similarity *float64 `json:"similarity,omitempty"`
	// PhotoNumbers and Numbers are what was compared, nil where there is none.
	PhotoNumbers Numbers `json:"photo_numbers,omitempty"`
	Numbers      Numbers `json:"numbers,omitempty"`
	// Similarities are the same of the largest face of every frame.
	Similarities []*float64 `json:"similarities"`
}

// PhotoReport is what a registration photo shows (R2).
type PhotoReport struct {
	About  About  `json:"about"`
	Format string `json:"format"` // jpeg, png; "" if it is none of them, or not whole
	// Unreadable says why it is not, "" if it is.
	Unreadable string `json:"unreadable,omitempty"`
	// Colourful is the share of pixels that have a colour: skin alone gives a
	// colour photo several percent, a grey one has none.
	Colourful float64 `json:"colourful"`
	Width     int     `json:"width"`
	Height    int     `json:"height"`
	Faces     []Face  `json:"faces"` // largest first
	// Pattern is how far a regular pattern stands out all over the largest
	// face, in decibels: photos of a screen or a print have one. 0: the face
	// is too small to say.
	Pattern float64 `json:"pattern"`
}

// Engine is what the worker runs. An error is the picture's fault and
// becomes ErrNotExamined at the client.
type Engine interface {
	About() About
	// Compare looks for faces in frames and compares the best with photo, which
	// may be empty.
	Compare(photo []byte, frames [][]byte) (Comparison, error)
	Photo(data []byte) (PhotoReport, error)
}

// The operations.
const (
	opCompare = "compare"
	opPhoto   = "photo"
)

// request goes to the worker: a length, this as JSON, then the blobs.
type request struct {
	ID    uint64 `json:"id"`
	Op    string `json:"op"`
	Blobs []int  `json:"blobs"` // their sizes
}

// response comes back. The one with ID 0 is the greeting of a worker that is
// ready.
type response struct {
	ID         uint64       `json:"id"`
	Error      string       `json:"error,omitempty"`
	About      *About       `json:"about,omitempty"`
	Comparison *Comparison  `json:"comparison,omitempty"`
	Photo      *PhotoReport `json:"photo,omitempty"`
}

// Limits of one message, in both directions.
const (
	maxJSON  = 1 << 20
	maxBlobs = 96 << 20
	maxCount = 1 << 10
)

var errRubbish = errors.New("a message that is none")

func writeMessage(w io.Writer, message any, blobs ...[]byte) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if len(body) > maxJSON {
		return fmt.Errorf("%w: %d bytes", errRubbish, len(body))
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	if _, err := w.Write(append(head, body...)); err != nil {
		return err
	}
	for _, blob := range blobs {
		if _, err := w.Write(blob); err != nil {
			return err
		}
	}
	return nil
}

func readMessage(r io.Reader, message any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	length := binary.BigEndian.Uint32(head[:])
	if length == 0 || length > maxJSON {
		return fmt.Errorf("%w: length %d", errRubbish, length)
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	if err := json.Unmarshal(body, message); err != nil {
		return fmt.Errorf("%w: %w", errRubbish, err)
	}
	return nil
}

func readRequest(r io.Reader) (request, [][]byte, error) {
	var q request
	if err := readMessage(r, &q); err != nil {
		return request{}, nil, err
	}
	if len(q.Blobs) > maxCount {
		return request{}, nil, errRubbish
	}
	total := 0
	var blobs [][]byte
	for _, size := range q.Blobs {
		if size < 0 || size > maxBlobs-total {
			return request{}, nil, errRubbish
		}
		total += size
		blob := make([]byte, size)
		if _, err := io.ReadFull(r, blob); err != nil {
			return request{}, nil, err
		}
		blobs = append(blobs, blob)
	}
	return q, blobs, nil
}
