package microphones

import (
	"math/rand/v2"
	"testing"
	"time"
)

const packet = 20 * time.Millisecond

// arrivals are when the blocks of a sound card arrive, that is late by some of them.
type arrivals struct {
	begin time.Time
	rate  float64 // of the card's clock, 1 is right
	late  func(n int) time.Duration
}

func (a arrivals) of(n int) (captured, arrived time.Time) {
	captured = a.begin.Add(time.Duration(float64(n) * float64(packet) / a.rate))
	return captured, captured.Add(time.Duration(float64(packet)/a.rate) + a.late(n))
}

// TestTimesFollowTheSoundCard has an hour of blocks arrive up to 15 ms late.
func TestTimesFollowTheSoundCard(t *testing.T) {
	const blocks = int(time.Hour / packet)
	for name, rate := range map[string]float64{"right": 1, "100 ppm slow": 1 - 1e-4, "100 ppm fast": 1 + 1e-4} {
		r := rand.New(rand.NewPCG(1, 2))
		a := arrivals{time.Now(), rate, func(int) time.Duration { return time.Duration(r.Int64N(int64(15 * time.Millisecond))) }}
		c := clock{length: packet}
		var last time.Time
		exact := 0
		for n := range blocks {
			captured, arrived := a.of(n)
			if n > 0 && c.areUnsure(0, arrived) {
				t.Fatalf("%s: block %d is taken for one behind a gap", name, n)
			}
			taken := c.taken(1, arrived)
			if off := taken.Sub(captured); n > window && off.Abs() > 3*time.Millisecond {
				t.Fatalf("%s: block %d is %v off", name, n, off)
			}
			if taken.Sub(last) == packet {
				exact++
			}
			last = taken
		}
		t.Logf("%s: %d of %d times are exactly a block behind the one before", name, exact, blocks)
		if rate <= 1 && exact < blocks*59/60 {
			t.Errorf("%s: only %d times are exactly a block behind the one before", name, exact)
		}
	}
}

func TestGapsStay(t *testing.T) {
	begin := time.Now()
	at := func(milliseconds int) time.Time { return begin.Add(time.Duration(milliseconds) * time.Millisecond) }
	for name, test := range map[string]struct {
		blocks  int // that arrive at once,
		arrived int // in milliseconds, behind one that was captured at 0
		want    int // when the first of them was captured
	}{
		"in time":         {1, 40, 20},
		"late":            {1, 75, 20},
		"too late":        {1, 140, 120},
		"late together":   {5, 140, 20},
		"lost some":       {3, 140, 80},
		"the clock is on": {1, 3_600_040, 3_600_020},
		"and back":        {1, -3_600_000, -3_600_020},
	} {
		c := clock{length: packet}
		c.taken(1, at(20))
		if got := c.taken(test.blocks, at(test.arrived)); !got.Equal(at(test.want)) {
			t.Errorf("%s: captured at %v, want %d ms", name, got.Sub(begin), test.want)
		}
	}
}

// TestLostSamplesAreAGap has less lost than shows at once.
func TestLostSamplesAreAGap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := clock{length: packet}
	begin := time.Now()
	for n := range 4 * window {
		captured := begin.Add(time.Duration(n) * packet)
		if n > window/2 {
			captured = captured.Add(30 * time.Millisecond)
		}
		taken := c.taken(1, captured.Add(packet+time.Duration(r.Int64N(int64(5*time.Millisecond)))))
		if off := taken.Sub(captured); n > 3*window && off.Abs() > time.Millisecond {
			t.Fatalf("block %d is %v off", n, off)
		}
	}
}
