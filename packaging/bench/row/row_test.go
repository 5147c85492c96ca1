package row

import (
	"encoding/json"
	"testing"
)

func TestRowsSayWhetherTheyHold(t *testing.T) {
	peer := 3.0
	tests := []struct {
		row  Row
		line string
	}{
		{AtLeast("upload/speed", 4, 2, 1.4), "upload/speed ours=4 peer=2 ratio=2 target=ratio>=1.4"},
		{AtLeast("upload/speed", 1, 2, 1), "upload/speed ours=1 peer=2 ratio=0.5 target=ratio>=1  MISSED"},
		{AtMost("upload/cost", 1, 2, 0.5), "upload/cost ours=1 peer=2 ratio=0.5 target=ratio<=0.5"},
		{Within("upload/wait", 11, nil, 10), "upload/wait ours=11 peer=- ratio=- target=<=10  MISSED"},
		{Within("upload/wait", 6, &peer, 10), "upload/wait ours=6 peer=3 ratio=2 target=<=10"},
		{AtLeast("upload/none", 1, 0, 1), "upload/none ours=1 peer=0 ratio=0 target=ratio>=1  MISSED"},
	}
	for _, test := range tests {
		if got := test.row.String(); got != test.line {
			t.Errorf("%q, want %q", got, test.line)
		}
		text, err := json.Marshal(test.row)
		if err != nil {
			t.Fatal(err)
		}
		var back Row
		if err := json.Unmarshal(text, &back); err != nil || back.String() != test.line {
			t.Errorf("read back as %q, error %v", back, err)
		}
	}
}

func TestQuantiles(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	if got := Median(values); got != 3 {
		t.Errorf("median %v", got)
	}
	if got := Quantile(values, 0.99); got != 5 {
		t.Errorf("0.99: %v", got)
	}
	if got := Quantile(nil, 0.5); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}
