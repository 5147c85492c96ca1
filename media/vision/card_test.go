package vision

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaodian/media/onnx"
	"kaodian/media/vision/onnxtest"
)

func known(t *testing.T, name string) Card {
	t.Helper()
	cards, err := Cards()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(cards, func(c Card) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no card of %s", name)
	}
	return cards[i]
}

// Of every network it is said whose it is, and whose is not known is said too.
func TestEveryCardSaysWhoseItsNetworkIs(t *testing.T) {
	cards, err := Cards()
	if err != nil || len(cards) != 8 {
		t.Fatalf("%d cards, %v", len(cards), err)
	}
	for _, c := range cards {
		said := c.Descent()
		if !strings.Contains(said, "licence as declared: ") || !strings.Contains(said, "not stated") {
			t.Errorf("%s: %s", c.Name, said)
		}
		if c.Package != "" && (c.Path == "" || c.Size == 0) || strings.HasPrefix(c.Package, "faceplugin") && !strings.Contains(said, "its LICENSE names another holder: gitguanqi") {
			t.Errorf("%s: %s", c.Name, said)
		}
	}
}

func TestTheCardSaysHowOftenItIsWrong(t *testing.T) {
	for name, want := range map[string]string{
		"fr_feature":    "of 10,000 pairs of different children 8 reach 0.6; of 10,000 pairs of different children 4 [0, 14] reach 3, beside others (158 children, 516 adults)",
		"MobileFaceNet": "of 10,000 pairs of different children 650 [470, 830] reach 0.4 (158 children, 516 adults)",
		"SFace 2021dec": "how often it takes others for the same person was never measured",
	} {
		if got := known(t, name).Errors(); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	for value, want := range map[float64]float64{0.2: 0, 0.25: 0.39, 0.54: 0.01, 0.6: 0.0008, 0.9: 0.0008} {
		if rate, found := known(t, "fr_feature").Alike(MeasureCosine, OfChildren, value); rate.Share != want || found != (want > 0) {
			t.Errorf("%g: %+v", value, rate)
		}
	}
}

func TestACardThatCannotBeWorkedWithIsRefused(t *testing.T) {
	cases := []struct {
		name, card string
		change     func(c *Card)
	}{
		{"no name", "MobileFaceNet", func(c *Card) { c.Name = "" }},
		{"a path as file", "MobileFaceNet", func(c *Card) { c.File = "../x.onnx" }},
		{"no hash", "MobileFaceNet", func(c *Card) { c.SHA256 = "" }},
		{"no size", "MobileFaceNet", func(c *Card) { c.Width = 0 }},
		{"no scale", "MobileFaceNet", func(c *Card) { c.Scale = 0 }},
		{"an unknown order", "MobileFaceNet", func(c *Card) { c.Order = "GBR" }},
		{"limits the wrong way round", "MobileFaceNet", func(c *Card) { c.NoMatch = c.Match }},
		{"limits in the clip the wrong way round", "fr_feature", func(c *Card) { c.NoMatchInClip = c.Match }},
		{"limits from nowhere", "MobileFaceNet", func(c *Card) { c.Origin = "" }},
		{"an unknown role", "fr_feature", func(c *Card) { c.Role = "oracle" }},
		{"a detector of no form", "fr_detect", func(c *Card) { c.Form = "" }},
		{"a detector that takes everything for a face", "fr_detect", func(c *Card) { c.Score = 0 }},
		{"a detector of grey pictures", "fr_detect", func(c *Card) { c.Order = "GREY" }},
		{"five points", "fr_landmark", func(c *Card) { c.Dimensions = 10 }},
		{"no numbers", "fr_liveness", func(c *Card) { c.Dimensions = 0 }},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			card := known(t, tc.card)
			if err := card.check(); err != nil {
				t.Fatal(err)
			}
			tc.change(&card)
			if card.check() == nil {
				t.Error("it was taken")
			}
		})
	}
}

// ownCard is of a network that onnxtest writes.
func ownCard(data []byte) Card {
	sum := sha256.Sum256(data)
	return Card{
		Name: "own", File: "own.onnx", SHA256: hex.EncodeToString(sum[:]), Width: 8, Height: 8, Scale: 1,
		Order: "BGR", Dimensions: 3, Match: 0.5, NoMatch: 0.1, Origin: "a test",
	}
}

func TestModelsAreUsedOnlyIfTheyAreTheirCards(t *testing.T) {
	folder, network := t.TempDir(), onnxtest.ChannelMeans(8)
	file := func(name string, data []byte) { write(t, filepath.Join(folder, name), data) }
	file(known(t, "YuNet 2023mar").File, []byte("not the detector"))
	file(known(t, "fr_feature").File, []byte("not the network"))
	m, err := FindModels([]string{filepath.Join(folder, "absent"), folder})
	if err != nil || m.Detector != nil || m.Network != nil || len(m.Problems) != 2 {
		t.Fatalf("%+v, %v", m, err)
	}
	card, _ := json.Marshal(ownCard(network))
	file("own.card.json", card)
	file("own.onnx", network)
	file("bad.card.json", []byte("{"))
	m, err = FindModels([]string{folder})
	if err != nil || m.Network == nil || m.Network.Name != "own" || len(m.Problems) != 2 {
		t.Errorf("%+v, %v", m, err)
	}
}

// A card can be wrong about a network whose hash it has; OpenCV would abort.
func TestANetworkOfAnotherShapeIsRefused(t *testing.T) {
	whole := onnxtest.ChannelMeans(8)
	cases := []struct {
		name, want string
		data       []byte
		change     func(c *Card)
	}{
		{"the card's", "", whole, func(*Card) {}},
		{"another size", "it takes [[1 3 8 8]], the card says 9 × 8", whole, func(c *Card) { c.Width = 9 }},
		{"grey", "GREY", whole, func(c *Card) { c.Role, c.Order, c.Dimensions = RolePoints, "GREY", 136 }},
		{"other numbers", "it answers [[1 3 1 1]], the card says 4 numbers", whole, func(c *Card) { c.Dimensions = 4 }},
		{"no detector", `no output "scores"`, whole, func(c *Card) { c.Role, c.Form = RoleDetector, FormBoxes }},
		{"no YuNet", `no output "cls_8"`, whole, func(c *Card) { c.Role, c.Form = RoleDetector, FormYuNet }},
		{"cut off", "ends early", whole[:len(whole)-30], func(*Card) {}},
		{"nothing", "no ONNX network", nil, func(*Card) {}},
		{"something else", "no ONNX network", []byte("PK\x03\x04 a ZIP archive"), func(*Card) {}},
		{"a size beyond all", "it takes", onnxtest.ChannelMeans(1 << 63), func(*Card) {}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			card := ownCard(tc.data)
			tc.change(&card)
			err := card.Holds(tc.data)
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%v, want %q", err, tc.want)
			}
		})
	}
}

// Every cut of a network's file is refused, and none is a fault of ours.
func TestEveryCutOfANetworkIsRefused(t *testing.T) {
	whole := onnxtest.ChannelMeans(8)
	for n := range len(whole) {
		if inputs, outputs, err := onnx.Shape(whole[:n]); err == nil && len(inputs)+len(outputs) == 2 && n < len(whole)-10 {
			t.Errorf("the first %d of %d bytes are a network", n, len(whole))
		}
	}
}

// The detector is the one by whose points the comparison was measured, where
// both are there; boxes without points are none.
func TestTheDetectorFitsTheComparison(t *testing.T) {
	cases := []struct {
		name, network, detector string
		files                   []string
	}{
		{"the package's three", "fr_feature", "fr_detect", []string{"fr_detect", "fr_landmark", "fr_feature", "YuNet 2023mar"}},
		{"an earlier one beside them", "MobileFaceNet", "YuNet 2023mar", []string{"fr_detect", "fr_landmark", "MobileFaceNet", "YuNet 2023mar"}},
		{"without its own detector", "MobileFaceNet", "fr_detect", []string{"fr_detect", "fr_landmark", "MobileFaceNet"}},
		{"boxes without points", "fr_feature", "YuNet 2023mar", []string{"fr_detect", "fr_feature", "YuNet 2023mar"}},
		{"boxes alone", "fr_feature", "", []string{"fr_detect", "fr_feature"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := search{refused: map[string]bool{}, folders: []string{t.TempDir()}}
			for _, name := range tc.files {
				s.known = append(s.known, standIn(t, s.folders[0], known(t, name)))
			}
			m := s.find()
			if m.Network == nil || m.Network.Name != tc.network || (m.Detector == nil) != (tc.detector == "") || m.Detector != nil && m.Detector.Name != tc.detector {
				t.Errorf("%+v", m)
			}
			if boxes := m.Detector != nil && m.Detector.Form == FormBoxes; boxes != (m.Points != nil) {
				t.Errorf("points %v of %+v", m.Points, m.Detector)
			}
		})
	}
}

// What was installed by hand before the package brought a better one stands back.
func TestABetterNetworkCountsWhereverItLies(t *testing.T) {
	s := search{refused: map[string]bool{}, folders: []string{t.TempDir(), t.TempDir()}}
	for place, names := range [][]string{{"MobileFaceNet", "YuNet 2023mar"}, {"fr_detect", "fr_landmark", "fr_feature"}} {
		for _, name := range names {
			s.known = append(s.known, standIn(t, s.folders[place], known(t, name)))
		}
	}
	cards, err := Cards() // in their order
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(s.known, func(a, b Card) int {
		at := func(c Card) int { return slices.IndexFunc(cards, func(k Card) bool { return k.Name == c.Name }) }
		return at(a) - at(b)
	})
	if m := s.find(); m.Network == nil || m.Network.Name != "fr_feature" || m.Detector == nil || m.Detector.Name != "fr_detect" {
		t.Errorf("%+v", m)
	}
}

// standIn is a card whose file is a small network in the folder.
func standIn(t *testing.T, folder string, c Card) Card {
	data := onnxtest.Of(c.Outputs(), uint64(c.Dimensions), 1, c.channels(), uint64(c.Height), uint64(c.Width))
	sum := sha256.Sum256(data)
	c.SHA256 = hex.EncodeToString(sum[:])
	if err := os.WriteFile(filepath.Join(folder, c.File), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}
