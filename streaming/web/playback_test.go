package web

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestThreeViewersAtThreeMoments has each see exactly the pictures of its own moment, at its
// own speed, and who watches live notice nothing.
func TestThreeViewersAtThreeMoments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		defer r.feed.Keep()()
		time.Sleep(20*time.Second + time.Millisecond) // pictures 0 to 600 are there
		tests := []struct {
			path  string
			first uint64
			want  uint64 // pictures in eight seconds
			apart time.Duration
		}{
			{"/stream.mjpg?from=-5s", 450, 240, time.Second / 30},
			{"/stream.mjpg?from=-18s&speed=2", 60, 480, time.Second / 60},
			{"/video_feed?from=-10s&speed=0.5", 300, 120, time.Second / 15},
			{"/?action=stream&speed=1&from=-1s", 570, 240, time.Second / 30},
			{"/stream?from=-30s", 0, 240, time.Second / 30}, // more than there is: from the oldest on
			{"/stream.mjpg", 600, 240, time.Second / 30},
		}
		var viewers []*viewing
		for _, test := range tests {
			viewers = append(viewers, r.view(t, test.path, nil))
		}
		time.Sleep(8 * time.Second)
		for n, test := range tests {
			shots := viewers[n].shots(t)
			inOrder(t, test.path, shots, test.first, test.want)
			for i, s := range shots[1:] {
				if apart := s.came.Sub(shots[i].came); (apart - test.apart).Abs() > 2*time.Millisecond {
					t.Errorf("%s: %v between two pictures, want %v", test.path, apart, test.apart)
					break
				}
			}
		}
	})
}

// TestCatchingUpGoesOnLive has viewers reach live: there they see what live viewers see, and
// no picture is left out or comes twice.
func TestCatchingUpGoesOnLive(t *testing.T) {
	for _, query := range []string{"", "&width=1000", "&fps=1000"} {
		synctest.Test(t, func(t *testing.T) {
			r := newRerun(t, StreamOptions{Shrink: (&shrinker{}).shrink}, plenty)
			defer r.feed.Keep()()
			time.Sleep(10*time.Second + time.Millisecond)
			shots := r.watches(t, "/stream.mjpg?from=-6s&speed=4"+query, 10*time.Second)
			inOrder(t, query, shots, 120, 180+300)
			for i, s := range shots[len(shots)-200:] {
				if late := s.came.Sub(s.taken); late > time.Millisecond {
					t.Fatalf("%s: the picture %d from the end is shown after %v", query, 200-i, late)
				}
			}
		})
	}
}

// TestWithoutAPastIsLive has viewers ask for times of which there are no pictures.
func TestWithoutAPastIsLive(t *testing.T) {
	for _, path := range []string{"/stream.mjpg?from=-30s", "/stream.mjpg?from=2100-01-01T00:00:00Z", "/stream.mjpg?from=0&speed=0.5"} {
		synctest.Test(t, func(t *testing.T) {
			r := newRerun(t, StreamOptions{}, plenty)
			if shots := r.watches(t, path, 5*time.Second); len(shots) < 70 || shots[0].n != 0 {
				t.Errorf("%s: %d pictures", path, len(shots))
			}
			time.Sleep(time.Minute) // the camera is off
			if r.bench.Open.Load() > 0 {
				t.Fatal("the camera is still on")
			}
			// What was a minute ago is not shown as what was ten seconds ago.
			if shots := r.watches(t, "/stream.mjpg?from=-10s", 5*time.Second); len(shots) < 140 || shots[0].n < 140 {
				t.Errorf("%s: %d pictures", path, len(shots))
			}
		})
	}
}

// TestGapsAreLeftOut has a viewer begin in a gap, and one that comes to it.
func TestGapsAreLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		r.run(5 * time.Second) // and ten seconds more, until the camera is off
		time.Sleep(40 * time.Second)
		r.run(time.Second)
		last := uint64(480)
		inGap := r.watches(t, "/stream.mjpg?from=-10s", time.Second)
		inOrder(t, "in the gap", inGap, 451, 30)
		before := r.watches(t, "/stream.mjpg?from=-33s", 3*time.Second)
		inOrder(t, "before the gap", before, before[0].n, 90)
		if first := before[0].n; first > 430 || before[len(before)-1].n < last {
			t.Errorf("from %d to %d", first, before[len(before)-1].n)
		}
	})
}

// TestEndOfThePastIsACard has the camera fail: who reaches the end of the past sees what live
// viewers see, and who is still within it is not disturbed.
func TestEndOfThePastIsACard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		defer r.feed.Keep()()
		time.Sleep(10*time.Second + time.Millisecond)
		gone := errors.New("unplugged")
		r.bench.Fail.Store(&gone)
		time.Sleep(time.Second)
		within := r.view(t, "/stream.mjpg?from=-11s", nil)
		fast := r.view(t, "/stream.mjpg?from=-2s&speed=2", nil)
		slow := r.view(t, "/stream.mjpg?from=-2s&speed=0.5", nil)
		time.Sleep(5 * time.Second)
		inOrder(t, "within the past", within.shots(t), 0, 150)
		for name, v := range map[string]*viewing{"fast": fast, "slow": slow} {
			shots := v.shots(t)
			if past, cards := shots[:30], shots[31:]; past[29].card || len(cards) < 2 || len(cards) > 6 || !cards[0].card {
				t.Errorf("%s: %d pictures; then a card: %v", name, len(shots), shots[31].card)
			}
		}
		r.bench.Fail.Store(nil)
		time.Sleep(8 * time.Second)
		for name, v := range map[string]*viewing{"fast": fast, "slow": slow} {
			shots := v.shots(t)
			if last := shots[len(shots)-1]; last.card || last.n < 330 {
				t.Errorf("%s: afterwards it sees %d (card: %v)", name, last.n, last.card)
			}
		}
	})
}

// TestPauseHidesNothingFromBefore has the owner pause the camera.
func TestPauseHidesNothingFromBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		defer r.feed.Keep()()
		time.Sleep(5*time.Second + time.Millisecond)
		r.feed.Pause()
		time.Sleep(3 * time.Second)
		v := r.view(t, "/stream.mjpg?from=-5s", nil)
		time.Sleep(4 * time.Second)
		shots := v.shots(t)
		inOrder(t, "from before the pause", shots[:60], 90, 60)
		if len(shots) < 61 || !shots[61].card {
			t.Errorf("%d pictures, of which the last is no card", len(shots))
		}
		r.feed.Resume()
		time.Sleep(time.Second)
		if shots := v.shots(t); shots[len(shots)-1].card {
			t.Error("the pause is over, and the viewer sees a card")
		}
	})
}

// TestStandingStill has a viewer stay at a moment for longer than its picture is kept.
func TestStandingStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, 100<<10) // three seconds
		r.run(time.Second + time.Millisecond)
		v := r.view(t, "/stream.mjpg?from=-0.5s&speed=0", nil)
		time.Sleep(time.Minute + time.Second)
		shots := v.shots(t)
		if len(shots) != 13 || shots[0].n != 15 {
			t.Fatalf("%d pictures, the first number %d", len(shots), shots[0].n)
		}
		for _, s := range shots {
			if s.n != shots[0].n {
				t.Errorf("it moves to %d", s.n)
			}
		}
		if n := r.stream.Viewers(); n != 1 || r.bench.Open.Load() != 1 {
			t.Errorf("%d viewers, the camera is open %d times", n, r.bench.Open.Load())
		}
		v.leave()
		<-v.gone
		if time.Sleep(time.Minute); r.bench.Open.Load() != 0 {
			t.Error("the camera is still on")
		}
	})
}
