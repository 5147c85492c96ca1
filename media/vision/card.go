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
	"os"
	"path/filepath"
	"strings"
)

// Card describes a network: its input and the meaning of its output are data, not
// code.
type Card struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Size   int64  `json:"size,omitempty"` // bytes, 0 if it is not said
	SHA256 string `json:"sha256"`
	URL    string `json:"url,omitempty"` // where it is published, "" if nowhere

	// What follows is for embedding networks only.
	Width      int        `json:"width,omitempty"`
	Height     int        `json:"height,omitempty"`
	Mean       [3]float64 `json:"mean,omitempty"`  // taken from each channel, in the network's order
	Scale      float64    `json:"scale,omitempty"` // then multiplied
	Order      string     `json:"order,omitempty"` // of the channels: RGB or BGR
	Dimensions int        `json:"dimensions,omitempty"`
	Match      float64    `json:"match,omitempty"`    // cosine from which it is the same person
	NoMatch    float64    `json:"no_match,omitempty"` // cosine up to which it is another
	Origin     string     `json:"origin,omitempty"`   // where the two come from
	// FalseMatchRate is the share of other people who reach Match: the upper
	// end of its 95 % interval over MeasuredOn, as packaging/benchfaces tells it. 0: never
	// measured.
	FalseMatchRate float64 `json:"false_match_rate,omitempty"`
	MeasuredOn     string  `json:"measured_on,omitempty"`
}

// Errors is the false match rate as a sentence.
func (c Card) Errors() string {
	if c.FalseMatchRate == 0 {
		return "how often it takes others for the same person was never measured"
	}
	return fmt.Sprintf("it takes fewer than %.3g %% of others for the same person (95 %%; %s)", 100*c.FalseMatchRate, c.MeasuredOn)
}

// Label is name and hash, as findings name an engine.
func (c Card) Label() string {
	const shown = 12
	return c.Name + " " + c.SHA256[:min(shown, len(c.SHA256))]
}

// check refuses an unusable card.
func (c Card) check() error {
	switch {
	case c.Name == "" || len(c.SHA256) != 2*sha256.Size:
		return errors.New("it needs a name and a sha256")
	case c.File == "" || c.File != filepath.Base(c.File):
		return errors.New("file must be a name in the same folder")
	}
	return nil
}

func (c Card) checkEmbedding() error {
	switch {
	case c.Width <= 0 || c.Height <= 0 || c.Width > 1024 || c.Height > 1024:
		return errors.New("width and height must be 1 to 1024")
	case c.Scale <= 0 || c.Dimensions <= 0:
		return errors.New("scale and dimensions must be positive")
	case c.Order != "RGB" && c.Order != "BGR":
		return errors.New("order must be RGB or BGR")
	case c.NoMatch >= c.Match || c.Match > 1 || c.NoMatch < -1:
		return errors.New("no_match must be less than match, both from -1 to 1")
	case c.FalseMatchRate < 0 || c.FalseMatchRate > 1 || (c.FalseMatchRate > 0) != (c.MeasuredOn != ""):
		return errors.New("false_match_rate must be 0 to 1, and measured_on say of whom")
	case c.Origin == "":
		return errors.New("origin must say where the thresholds come from")
	}
	return c.check()
}

//go:embed cards/*.json
var builtIn embed.FS

const detectorCard = "detector.json"

// Cards are the networks that this program knows: the detector, and the
// embedding networks in the order in which they are preferred.
func Cards() (detector Card, embeddings []Card, err error) {
	entries, err := fs.ReadDir(builtIn, "cards")
	if err != nil {
		return Card{}, nil, err
	}
	for _, entry := range entries {
		card, err := readCard(builtIn, "cards/"+entry.Name())
		if err != nil {
			return Card{}, nil, err
		}
		if entry.Name() == detectorCard {
			detector = card
			continue
		}
		if err := card.checkEmbedding(); err != nil {
			return Card{}, nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		embeddings = append(embeddings, card)
	}
	return detector, embeddings, detector.check()
}

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
	return card, nil
}

// Model is a network's card and its bytes, whose hash holds.
type Model struct {
	Card
	Data []byte
}

// Models are the installed networks; nil for none.
type Models struct {
	Detector *Model
	Network  *Model
	Problems []string // what was found and is not used
}

// cardSuffix is of cards that lie beside their network; they come before the
// built-in ones.
const cardSuffix = ".card.json"

// FindModels reads the first detector and the first embedding network that
// the folders hold. A file whose hash does not fit its card is never used.
func FindModels(folders []string) (Models, error) {
	detector, embeddings, err := Cards()
	if err != nil {
		return Models{}, err
	}
	var m Models
	for _, folder := range folders {
		own, problems := ownCards(folder)
		m.Problems = append(m.Problems, problems...)
		if m.Network == nil {
			m.Network = m.first(folder, append(own, embeddings...))
		}
		if m.Detector == nil {
			m.Detector = m.first(folder, []Card{detector})
		}
	}
	return m, nil
}

func (m *Models) first(folder string, cards []Card) *Model {
	for _, card := range cards {
		data, err := os.ReadFile(filepath.Join(folder, card.File))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = card.Holds(data)
		}
		if err != nil {
			m.Problems = append(m.Problems, fmt.Sprintf("%s: %v", card.File, err))
			continue
		}
		return &Model{Card: card, Data: data}
	}
	return nil
}

// Holds says whether the bytes are the card's network.
func (c Card) Holds(data []byte) error {
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != c.SHA256 {
		return fmt.Errorf("its SHA-256 is %s, the card says %s; remove the file and fetch it again", got, c.SHA256)
	}
	return nil
}

func ownCards(folder string) (cards []Card, problems []string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil // no such folder, no models in it
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), cardSuffix) {
			continue
		}
		card, err := readCard(os.DirFS(folder), entry.Name())
		if err == nil {
			err = card.checkEmbedding()
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", entry.Name(), err))
			continue
		}
		cards = append(cards, card)
	}
	return cards, problems
}
