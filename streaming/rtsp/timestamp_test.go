package rtsp

import (
	"testing"
	"time"
)

// TestTimestampsGoOnWhenTheClockIsSetBack has pictures of another machine, whose clock is put
// back by a day: players would stand still until they are as far again.
func TestTimestampsGoOnWhenTheClockIsSetBack(t *testing.T) {
	p := newClock()
	began := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	const apart = time.Second / 30
	before := p.timestamp(began)
	for n := 1; n < 1000; n++ {
		taken := began.Add(time.Duration(n) * apart)
		if n >= 500 {
			taken = taken.Add(-24 * time.Hour)
		}
		now := p.timestamp(taken)
		if step := now - before; n != 500 && (step < 2990 || step > 3010) || n == 500 && (step == 0 || step > 6000) {
			t.Fatalf("picture %d is %d behind the one before, want 3000", n, step)
		}
		before = now
	}
}
