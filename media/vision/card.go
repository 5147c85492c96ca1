package vision

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// Role is what a network is for.
type Role string

// The roles. A card without one is of a comparison, as every card was once.
const (
	RoleComparison Role = "comparison" // an aligned face becomes numbers
	RoleDetector   Role = "detector"   // finds faces
	RolePoints     Role = "points"     // finds the points of a face in its box
	RoleLiveness   Role = "liveness"   // a face, or a picture of one
	RoleSpeech     Role = "speech"     // whether somebody speaks in a sound
)

// Card describes a network: where it comes from, its input, and the meaning of
// its output are data, not code.
type Card struct {
	Name   string `json:"name"`
	Role   Role   `json:"role,omitempty"`
	File   string `json:"file"`
	Size   int64  `json:"size,omitempty"` // bytes, 0 if it is not said
	SHA256 string `json:"sha256"`
	URL    string `json:"url,omitempty"` // where it is published, "" if nowhere
	// Package is the npm package that has it, as name@version, and Path where in its tarball.
	Package string `json:"package,omitempty"`
	Path    string `json:"path,omitempty"`
	Licence string `json:"licence,omitempty"` // as it is declared
	// Holder is whom the licence's text names, where that is another than who published it.
	Holder   string `json:"holder,omitempty"`
	Training string `json:"training,omitempty"` // what it was trained on, "" if nobody says

	Width  int        `json:"width,omitempty"` // of the input, in pixels
	Height int        `json:"height,omitempty"`
	Mean   [3]float64 `json:"mean,omitempty"`  // taken from each channel, in the network's order
	Scale  float64    `json:"scale,omitempty"` // then multiplied
	Order  string     `json:"order,omitempty"` // of the channels: RGB, BGR or GREY
	// Dimensions is how many numbers it answers; 0 for detectors.
	Dimensions int `json:"dimensions,omitempty"`

	// What follows is for detectors only.
	Form  string  `json:"form,omitempty"`  // of the outputs: yunet, boxes
	Score float64 `json:"score,omitempty"` // from which it is a face
	// ScoreBeside is the same beside a face that is surer: shadows of a large
	// face score less than people.
	ScoreBeside float64     `json:"score_beside,omitempty"`
	Overlap     float64     `json:"overlap,omitempty"` // from which two boxes are one face
	Sizes       []SizeShare `json:"sizes,omitempty"`

	// What follows is for comparisons only.
	Mirrored bool    `json:"mirrored,omitempty"` // the mirrored face's numbers are added
	Detector string  `json:"detector,omitempty"` // by whose points it was measured
	Match    float64 `json:"match,omitempty"`    // cosine from which it is the same person
	// MatchCohort is the same for the cosine held against those to others of the
	// centre (Beside); 0 if that was not measured.
	MatchCohort float64 `json:"match_cohort,omitempty"`
	NoMatch     float64 `json:"no_match,omitempty"` // cosine up to which it is another
	// NoMatchInClip is the same within one clip, whose pictures are more alike
	// than a photo is; 0: NoMatch.
	NoMatchInClip float64 `json:"no_match_in_clip,omitempty"`
	Origin        string  `json:"origin,omitempty"` // where the limits come from
	Sample        Sample  `json:"sample,omitzero"`
	Rates         []Rate  `json:"rates,omitempty"`
	// FalseMatchRate is the share of other people who reach Match: the upper
	// end of its 95 % interval over MeasuredOn, as packaging/benchfaces tells
	// it to whoever writes a card of their own. 0: never measured.
	FalseMatchRate float64 `json:"false_match_rate,omitempty"`
	MeasuredOn     string  `json:"measured_on,omitempty"`
}

// Label is name and hash, as findings name an engine.
func (c Card) Label() string {
	const shown = 12
	return c.Name + " " + c.SHA256[:min(shown, len(c.SHA256))]
}

// maxSide of a network's input, in pixels.
const maxSide = 1024

// check refuses an unusable card.
func (c Card) check() error {
	switch {
	case c.Name == "" || len(c.SHA256) != 2*sha256.Size:
		return errors.New("it needs a name and a sha256")
	case c.File == "" || c.File != filepath.Base(c.File):
		return errors.New("file must be a name in the same folder")
	}
	switch c.Role {
	case RoleComparison, "":
		return errors.Join(c.checkInput("RGB", "BGR"), c.checkNumbers(), c.checkComparison())
	case RoleDetector:
		return c.checkDetector()
	case RolePoints:
		return errors.Join(c.checkInput("RGB", "BGR", "GREY"), c.checkNumbers(), c.checkPoints())
	case RoleLiveness:
		return errors.Join(c.checkInput("RGB", "BGR"), c.checkNumbers())
	case RoleSpeech:
		return nil // media/speech knows the only one there is
	}
	return fmt.Errorf("role %q is none of comparison, detector, points, liveness, speech", c.Role)
}

func (c Card) checkInput(orders ...string) error {
	switch {
	case c.Width <= 0 || c.Height <= 0 || c.Width > maxSide || c.Height > maxSide:
		return fmt.Errorf("width and height must be 1 to %d", maxSide)
	case c.Scale <= 0:
		return errors.New("scale must be positive")
	case !slices.Contains(orders, c.Order):
		return fmt.Errorf("order must be one of %q", orders)
	}
	return nil
}

func (c Card) checkNumbers() error {
	if c.Dimensions <= 0 || c.Dimensions > 1<<16 {
		return errors.New("dimensions must be positive")
	}
	return nil
}

func (c Card) checkPoints() error {
	if c.Dimensions != 2*facePoints {
		return fmt.Errorf("dimensions must be %d: the %d points of a face", 2*facePoints, facePoints)
	}
	return nil
}

func (c Card) checkDetector() error {
	switch {
	case c.Form == FormYuNet:
		return nil
	case c.Form != FormBoxes:
		return errors.New("form must be yunet or boxes")
	case !(c.Score > 0 && c.Score <= 1 && c.Overlap > 0 && c.Overlap <= 1) || c.ScoreBeside > 1:
		return errors.New("score and overlap must be more than 0 and at most 1, score_beside at most 1")
	}
	return c.checkInput("RGB", "BGR")
}

func (c Card) checkComparison() error {
	switch {
	case c.NoMatch >= c.Match || c.Match > 1 || c.NoMatch < -1:
		return errors.New("no_match must be less than match, both from -1 to 1")
	case c.InClip() >= c.Match || c.MatchCohort < 0:
		return errors.New("no_match_in_clip must be less than match, and match_cohort not negative")
	case c.FalseMatchRate < 0 || c.FalseMatchRate > 1 || (c.FalseMatchRate > 0) != (c.MeasuredOn != ""):
		return errors.New("false_match_rate must be 0 to 1, and measured_on say of whom")
	case c.Origin == "":
		return errors.New("origin must say where the thresholds come from")
	}
	return nil
}

// InClip is the cosine up to which a clip's pictures show two people.
func (c Card) InClip() float64 {
	if c.NoMatchInClip == 0 {
		return c.NoMatch
	}
	return c.NoMatchInClip
}

//go:embed cards/*.json
var builtIn embed.FS

// Cards are the networks that this program knows, of each role in the order in
// which they are preferred.
func Cards() ([]Card, error) {
	entries, err := fs.ReadDir(builtIn, "cards")
	if err != nil {
		return nil, err
	}
	var cards []Card
	for _, entry := range entries {
		card, err := readCard(builtIn, "cards/"+entry.Name())
		if err != nil {
			return nil, err
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// readCard reads a card that can be worked with.
func readCard(files fs.FS, name string) (Card, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return Card{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var card Card
	if err := decoder.Decode(&card); err != nil {
		return Card{}, fmt.Errorf("%s: %w", name, err)
	}
	if card.Role == "" {
		card.Role = RoleComparison
	}
	if err := card.check(); err != nil {
		return Card{}, fmt.Errorf("%s: %w", name, err)
	}
	return card, nil
}

// Holds says whether the bytes are the card's network: by their hash, and by
// the shape that they say they have, before OpenCV sees any of them.
func (c Card) Holds(data []byte) error {
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != c.SHA256 {
		return fmt.Errorf("its SHA-256 is %s, the card says %s; remove the file and fetch it again", got, c.SHA256)
	}
	return c.fits(data)
}
