package streaming

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestPaceThinsEvenlyAndNeverAboveTheRate(t *testing.T) {
	for _, test := range []struct {
		source, limit float64
		want          float64 // fps that pass
	}{
		{30, 0, 30}, {30, 30, 30}, {30, 60, 30}, {30, 15, 15}, {30, 10, 10}, {30, 20, 20},
		{30, 29, 29}, {30, 1, 1}, {25, 30, 25}, {60, 7.5, 7.5}, {1, 30, 1}, {30, 0.5, 0.5},
	} {
		random := rand.New(rand.NewPCG(1, 2))
		interval := float64(time.Second) / test.source
		pace := NewPace(test.limit)
		var passed int
		var last time.Time
		const seconds = 100
		for i := range int(seconds * test.source) {
			jitter := (random.Float64() - 0.5) * 0.2 * interval
			at := time.Unix(1, int64(float64(i)*interval+jitter))
			if !pace.Takes(at) {
				continue
			}
			// Evenly: no gap is shorter than the ideal one by more than a picture of the source and its jitter.
			if passed++; test.limit > 0 && passed > 1 && at.Sub(last).Seconds() < 1/test.limit-1.2/test.source {
				t.Errorf("%v of %v a second: two pictures within %v", test.limit, test.source, at.Sub(last))
			}
			last = at
		}
		if got := float64(passed) / seconds; math.Abs(got-test.want) > 0.02*test.want+0.02 {
			t.Errorf("%v of %v a second: %v passed, want %v", test.limit, test.source, got, test.want)
		}
	}
}

func TestPaceAfterAPauseSendsNoBurst(t *testing.T) {
	pace := NewPace(10)
	start := time.Unix(1, 0)
	pace.Takes(start)
	late := start.Add(time.Hour)
	passed := 0
	for i := range 30 {
		if pace.Takes(late.Add(time.Duration(i) * 10 * time.Millisecond)) {
			passed++
		}
	}
	if passed > 4 {
		t.Errorf("%d pictures passed in 0.3 s after a pause, at 10 a second", passed)
	}
}

func TestRateIsMeasuredOverTheLastSeconds(t *testing.T) {
	var r rate
	now := time.Unix(100, 0)
	if got := r.perSecond(now); got != 0 {
		t.Errorf("a rate of nothing is %v", got)
	}
	for range 300 {
		now = now.Add(time.Second / 30)
		r.add(now)
	}
	if got := r.perSecond(now); math.Abs(got-30) > 0.1 {
		t.Errorf("30 a second measured as %v", got)
	}
	for range 10 {
		now = now.Add(time.Second)
		r.add(now)
	}
	if got := r.perSecond(now); math.Abs(got-1) > 0.01 {
		t.Errorf("1 a second measured as %v after a change from 30", got)
	}
	if got := r.perSecond(now.Add(time.Minute)); got != 0 {
		t.Errorf("a minute after the last picture the rate is %v", got)
	}
}
