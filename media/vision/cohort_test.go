package vision

import (
	"encoding/json"
	"math"
	"testing"
)

// One face against others that are known by hand: mean 0.1, spread 0.1.
func TestSpreadsAreStandardDeviations(t *testing.T) {
	var others [][]float32
	for i := range CohortSize {
		c := float32(0.2 * float64(i%2)) // cosines 0 and 0.2
		others = append(others, []float32{c, float32(math.Sqrt(1 - float64(c*c)))})
	}
	face := []float32{1, 0}
	got, ok := Beside(face, face, others)
	if want := (1 - 0.1) / 0.1; !ok || math.Abs(got-want) > 1e-3 {
		t.Errorf("%.4f, want %.4f", got, want)
	}
	if _, ok := Beside(face, face, others[1:]); ok {
		t.Errorf("%d others were enough", len(others)-1)
	}
	same := make([][]float32, CohortSize)
	for i := range same {
		same[i] = face
	}
	if _, ok := Beside(face, face, same); ok {
		t.Error("others who are all the same said something")
	}
	if _, ok := Beside(face, nil, others); ok {
		t.Error("no face was judged")
	}
}

func TestTheNearestIsTheMostAlike(t *testing.T) {
	face := []float32{1, 0}
	if got := Nearest(face, [][]float32{{0, 1}, {0.8, 0.6}, nil, {-1, 0}}); got == nil || math.Abs(*got-0.8) > 1e-6 {
		t.Errorf("%v", got)
	}
	if Nearest(face, [][]float32{nil}) != nil || Nearest(nil, [][]float32{face}) != nil {
		t.Error("nobody is near")
	}
}

func TestNumbersTravelAsTheyAre(t *testing.T) {
	type message struct{ Numbers Numbers }
	text, err := json.Marshal(message{Numbers{1.5, -2, float32(math.Inf(1))}})
	var back message
	if err != nil || json.Unmarshal(text, &back) != nil || len(back.Numbers) != 3 || back.Numbers[1] != -2 {
		t.Errorf("%s: %+v, %v", text, back, err)
	}
	for _, bad := range []string{`{"Numbers":"!"}`, `{"Numbers":"AAA="}`} {
		if err := json.Unmarshal([]byte(bad), &back); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestFacesTogetherCountAlike(t *testing.T) {
	got := Together([]Numbers{{3, 0}, {0, 4}, {0, 0}, {float32(math.NaN()), 1}, {1, 2, 3}})
	if len(got) != 2 || got[0] != 1 || got[1] != 1 {
		t.Errorf("%v", got)
	}
	if Together(nil) != nil {
		t.Error("nobody has numbers")
	}
}
