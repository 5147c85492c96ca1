package rehearsal_test

import (
	"testing"
	"time"

	"kaodian/app/centre/rehearsal"
)

const (
	mb = 1 << 20
	gb = 1 << 30
)

func TestTheLowestLimitIsNamed(t *testing.T) {
	// A candidate is 4 clips of 100 MB: 400 MB.
	usual := rehearsal.Facts{Clips: 4, ClipBytes: 100 * mb, Rate: 10 * mb, DiskRate: 100 * mb, Check: 20 * time.Second}
	space := func(free int64, atOnce int, until time.Duration) *rehearsal.SpaceFacts {
		return &rehearsal.SpaceFacts{Free: free, FullClip: 500 * mb, AtOnce: atOnce, UntilSync: until}
	}
	for name, c := range map[string]struct {
		change func(*rehearsal.Facts)
		limit  rehearsal.Limit
		want   float64
	}{
		"20 s of checks for each of 4 clips":       {func(*rehearsal.Facts) {}, rehearsal.Processor, 45},
		"10 MB/s":                                  {func(f *rehearsal.Facts) { f.Check = 5 * time.Second }, rehearsal.Radio, 90},
		"a disk of 20 MB/s, three passes":          {func(f *rehearsal.Facts) { f.Check, f.DiskRate = 5*time.Second, 20*mb }, rehearsal.Disk, 60},
		"nothing known but the radio":              {func(f *rehearsal.Facts) { f.Check, f.DiskRate = 0, 0 }, rehearsal.Radio, 90},
		"nothing came":                             {func(f *rehearsal.Facts) { f.Rate = 0 }, rehearsal.Radio, 0},
		"one in the room, 101 fit, 10 h":           {func(f *rehearsal.Facts) { f.Space = space(101*800*mb+1200*mb, 1, 24*time.Hour) }, rehearsal.Space, 10.1},
		"the same until a sending in 2 h, halved":  {func(f *rehearsal.Facts) { f.Space = space(20*800*mb+1200*mb, 1, 2*time.Hour) }, rehearsal.Space, 10},
		"no sending planned: a day":                {func(f *rehearsal.Facts) { f.Space = space(20*800*mb+1200*mb, 1, 0) }, rehearsal.Space, 2},
		"a sending in a minute serves an hour":     {func(f *rehearsal.Facts) { f.Space = space(20*800*mb+1200*mb, 1, time.Minute) }, rehearsal.Space, 20},
		"R27: ten at once reserve their full size": {func(f *rehearsal.Facts) { f.Space = space(10*2000*mb, 10, time.Hour) }, rehearsal.Space, 10},
		"less than the reserve is left":            {func(f *rehearsal.Facts) { f.Space = space(0, 1, time.Hour) }, rehearsal.Space, 0},
	} {
		facts := usual
		c.change(&facts)
		bounds := rehearsal.Forecast(facts)
		if got := bounds[0]; got.Limit != c.limit || got.PerHour != c.want {
			t.Errorf("%s: %+v, want %s %v", name, bounds, c.limit, c.want)
		}
		for i := range bounds[1:] {
			if bounds[i].PerHour > bounds[i+1].PerHour {
				t.Errorf("%s: not the lowest first: %+v", name, bounds)
			}
		}
	}
}

func TestTheVerdictComparesWithWhatIsExpected(t *testing.T) {
	facts := rehearsal.Facts{Clips: 4, ClipBytes: 100 * mb, Rate: 10 * mb} // 90 an hour
	for expected, want := range map[int]rehearsal.Outcome{89: rehearsal.Go, 90: rehearsal.Go, 91: rehearsal.NoGo} {
		if v := rehearsal.Judge(facts, expected); v.Outcome != want || v.PerHour != 90 || v.LimitedBy != rehearsal.Radio {
			t.Errorf("%d expected: %+v", expected, v)
		}
	}
	if v := rehearsal.Judge(rehearsal.Facts{}, 1); v.Outcome != rehearsal.TooShort {
		t.Errorf("of nothing: %+v", v)
	}
}

func TestPhonesThatSentTogetherAreTheRoomsSpeed(t *testing.T) {
	seconds := func(n, phones int, bytes int64) (all []rehearsal.Sample) {
		for range n {
			all = append(all, rehearsal.Sample{Took: time.Second, Sending: phones, Bytes: bytes})
		}
		return all
	}
	join := func(parts ...[]rehearsal.Sample) (all []rehearsal.Sample) {
		for _, part := range parts {
			all = append(all, part...)
		}
		return all
	}
	for name, c := range map[string]struct {
		samples  []rehearsal.Sample
		together int
		rate     float64
		ok       bool
	}{
		"all the time":                           {seconds(60, 4, 400), 4, 400, true},
		"one came late, one left soon":           {join(seconds(10, 3, 300), seconds(40, 4, 400), seconds(10, 3, 300)), 4, 400, true},
		"a fifth that stayed for a moment":       {join(seconds(50, 4, 400), seconds(10, 5, 500)), 4, 25000.0 / 60, true},
		"half of them left before half the time": {join(seconds(20, 4, 400), seconds(40, 2, 200)), 2, 16000.0 / 60, true},
		"waiting does not count":                 {join(seconds(100, 0, 0), seconds(30, 2, 200)), 2, 200, true},
		"too short":                              {seconds(29, 4, 400), 0, 0, false},
		"nobody":                                 {seconds(60, 0, 0), 0, 0, false},
		"no looks":                               {nil, 0, 0, false},
	} {
		together, rate, ok := rehearsal.Measure(c.samples, 30*time.Second)
		if together != c.together || rate != c.rate || ok != c.ok {
			t.Errorf("%s: %d phones, %v, %v", name, together, rate, ok)
		}
	}
}

func TestAPhoneIsKnownByMakeAndBrowser(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1":                      "iPhone · Safari",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36":                                              "Android · Chrome",
		"Mozilla/5.0 (Linux; Android 12; SM-G991B Build/SP1A.210812.016) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0 Mobile Safari/537.36": "SM-G991B · Samsung Internet",
		"Mozilla/5.0 (Linux; Android 10; VOG-AL00; HMSCore 6.11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 HuaweiBrowser/14.0 Mobile Safari/537.36":           "VOG-AL00 · HUAWEI",
		"Mozilla/5.0 (Linux; Android 11; M2012K11AC) AppleWebKit/537.36 Chrome/107 Mobile Safari/537.36 MicroMessenger/8.0":                                            "M2012K11AC · WeChat",
		"curl/8": "",
		"":       "",
	} {
		if got := rehearsal.Browser(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}
