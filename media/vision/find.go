package vision

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Model is a network's card and its bytes, which are those of the card.
type Model struct {
	Card
	Data []byte
}

// Models are the installed networks; nil for none.
type Models struct {
	Detector *Model
	Points   *Model // nil where the detector tells them itself
	Network  *Model
	Liveness *Model
	Speech   *Model
	Problems []string // what was found and is not used
}

// cardSuffix is of cards that lie beside their network; they come before the
// built-in ones.
const cardSuffix = ".card.json"

// FindModels reads the first network of each role that the folders hold, and
// the detector by whose points that comparison was measured. A file that is
// not its card's is never used.
func FindModels(folders []string) (Models, error) {
	known, err := Cards()
	if err != nil {
		return Models{}, err
	}
	s := search{known: known, folders: folders, refused: map[string]bool{}}
	return s.find(), nil
}

// search goes through the folders.
type search struct {
	known    []Card
	folders  []string
	refused  map[string]bool // files that were told of
	problems []string
}

func (s *search) find() (m Models) {
	m.Network = s.first(RoleComparison, "")
	m.Points = s.first(RolePoints, "")
	m.Liveness = s.first(RoleLiveness, "")
	m.Speech = s.first(RoleSpeech, "")
	m.Detector = s.detector(m.Network, m.Points != nil)
	if m.Detector == nil || m.Detector.Form != FormBoxes {
		m.Points = nil
	}
	m.Problems = s.problems
	return m
}

// detector prefers the one that the comparison was measured by; boxes without
// a network that finds their points align no face.
func (s *search) detector(network *Model, points bool) *Model {
	var found *Model
	if network != nil && network.Detector != "" {
		found = s.first(RoleDetector, network.Detector)
	}
	if found == nil || found.Form == FormBoxes && !points {
		found = s.first(RoleDetector, "")
	}
	if found != nil && found.Form == FormBoxes && !points {
		s.tell(found.File, errors.New("it needs a network that finds a face's points, which is not there"))
		return s.of(RoleDetector, func(c Card) bool { return c.Form != FormBoxes })
	}
	return found
}

// first is the first network of a role, and of that name unless it is "".
func (s *search) first(role Role, name string) *Model {
	return s.of(role, func(c Card) bool { return name == "" || c.Name == name })
}

func (s *search) of(role Role, wanted func(Card) bool) *Model {
	for _, at := range s.places() {
		if at.card.Role != role || !wanted(at.card) {
			continue
		}
		data, err := read(filepath.Join(at.folder, at.card.File))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = at.card.Holds(data)
		}
		if err != nil {
			s.tell(at.card.File, err)
			continue
		}
		return &Model{Card: at.card, Data: data}
	}
	return nil
}

// place is where the network of a card may lie.
type place struct {
	card   Card
	folder string
}

// places are those of the centre's own cards, then those of the known ones, the
// better card first: one that was installed before the program brought a better
// one stands back.
func (s *search) places() (all []place) {
	for _, folder := range s.folders {
		for _, card := range s.own(folder) {
			all = append(all, place{card, folder})
		}
	}
	for _, card := range s.known {
		for _, folder := range s.folders {
			all = append(all, place{card, folder})
		}
	}
	return all
}

// tell notes once why a file is not used.
func (s *search) tell(file string, err error) {
	if said := fmt.Sprintf("%s: %v", file, err); !s.refused[said] {
		s.refused[said] = true
		s.problems = append(s.problems, said)
	}
}

func (s *search) own(folder string) (cards []Card) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil // no such folder, no models in it
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), cardSuffix) {
			continue
		}
		card, err := readCard(os.DirFS(folder), entry.Name())
		if err != nil {
			s.tell(entry.Name(), errors.New(strings.TrimPrefix(err.Error(), entry.Name()+": ")))
			continue
		}
		cards = append(cards, card)
	}
	return cards
}

// maxModel is more than any network that this program runs, in bytes.
const maxModel = 512 << 20

// read reads a network's file, unless it is larger than any.
func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxModel+1))
	if err == nil && len(data) > maxModel {
		err = errors.New("it is larger than any network of this program; remove the file and fetch it again")
	}
	return data, err
}
