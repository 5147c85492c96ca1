package measure

import (
	"math/rand/v2"
	"testing"

	"kaodian/media/ffmpeg"
)

// A block that is done after one look has the verdict of a whole one.
func TestABlockHasChangedBeyondItsLight(t *testing.T) {
	const pixels = motionBlock * motionBlock
	chance := rand.New(rand.NewPCG(3, 3))
	verdicts := map[bool]int{}
	for range 20_000 {
		a, b := make([]byte, ffmpeg.MotionWidth*ffmpeg.MotionHeight), make([]byte, ffmpeg.MotionWidth*ffmpeg.MotionHeight)
		left, top := chance.IntN(ffmpeg.MotionWidth-motionBlock+1), chance.IntN(ffmpeg.MotionHeight-motionBlock+1)
		light, spread := chance.IntN(41)-20, 1+chance.IntN(40)
		var differences []int
		sum := 0
		for i := range pixels {
			at := (top+i/motionBlock)*ffmpeg.MotionWidth + left + i%motionBlock
			a[at] = byte(80 + chance.IntN(90))
			b[at] = byte(int(a[at]) + light + chance.IntN(spread) - spread/2)
			differences = append(differences, int(b[at])-int(a[at]))
			sum += differences[i]
		}
		total := 0
		for _, d := range differences {
			total += max(d-sum/pixels, sum/pixels-d)
		}
		want := total/pixels > changedLuma
		if got := blockChanged(a, b, left, top); got != want {
			t.Fatalf("differences %v: changed %v, want %v", differences, got, want)
		}
		verdicts[want]++
	}
	if verdicts[true] < 1000 || verdicts[false] < 1000 {
		t.Errorf("verdicts %v: one of them was hardly tried", verdicts)
	}
}
