package replay

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
)

// stand stands still at a picture for a while.
func stand(t *testing.T, r *reel, seq int, while time.Duration) []seen {
	t.Helper()
	return watch(t, r, r.frames[seq-1].Taken, 0, while, nil)
}

func expectSeen(t *testing.T, all, want []seen) {
	t.Helper()
	if !slices.Equal(all, want) {
		t.Errorf("%v, not %v", all, want)
	}
}

// Standing still, a viewer is shown the one picture now and then, whatever the past loses, and
// whether or not the camera is lost and found meanwhile.
func TestStandingStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reel{grown: make(chan struct{})}
		r.shot(time.Now(), 0, 100)
		for after, change := range map[time.Duration]func(){
			7 * time.Second:  func() { r.lose(20) },
			12 * time.Second: func() { r.shot(time.Now(), 1, 50); r.lose(51) },
			17 * time.Second: func() { r.lose(10) },
			22 * time.Second: func() { r.shot(time.Now(), 1, 50); r.lose(1) },
			27 * time.Second: func() { r.shot(time.Now(), 2, 1) },
			32 * time.Second: func() { r.lose(1) },
		} {
			time.AfterFunc(after, change)
		}
		var want []seen
		for n := range time.Duration(8) {
			want = append(want, seen{21, n * 5 * time.Second})
		}
		expectSeen(t, stand(t, r, 21, 39*time.Second), want)
	})
}

// A picture is not shown any more once the past has been emptied, however soon there are others.
func TestStandingStillWhenAllIsForgotten(t *testing.T) {
	for _, test := range []struct{ empty, back time.Duration }{
		{time.Millisecond, 15 * time.Second},
		{2 * time.Second, 15 * time.Second},
		{20 * time.Second, 32 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := &reel{grown: make(chan struct{})}
			r.shot(time.Now(), 0, 100)
			time.AfterFunc(12*time.Second, func() { r.lose(0) })
			time.AfterFunc(12*time.Second+test.empty, func() { r.shot(time.Now(), 1, 3) })
			want := []seen{{21, 0}, {21, 5 * time.Second}, {21, 10 * time.Second}, {1, test.back}, {1, test.back + 5*time.Second}}
			expectSeen(t, stand(t, r, 21, test.back+6*time.Second), want)
		})
	}
}

// emptied is a reel that is emptied, and goes on, at one of the looks at it.
type emptied struct {
	*reel
	looks, at int
}

func (e *emptied) At(t time.Time) (*streaming.Frame, error) {
	if e.looks == e.at {
		e.lose(0)
		e.shot(time.Now(), 1, 1)
	}
	e.looks++
	return e.reel.At(t)
}

// No picture of before is shown, at whichever look the past is emptied, or while the consumer is
// not ready.
func TestStandingStillIsNotOutrun(t *testing.T) {
	for at := range 10 {
		for _, byConsumer := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				r := &emptied{reel: &reel{grown: make(chan struct{})}, at: at}
				r.shot(time.Now(), 0, 5)
				ready := streaming.AtOnce
				if byConsumer {
					ready = func(context.Context) bool {
						f, _ := r.At(time.Now())
						f.Release()
						return true
					}
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				for f, err := range Play(ctx, r, time.Now(), 0, ready) {
					if err != nil || f.Run == 0 && r.looks > at {
						t.Fatalf("emptied at look %d, after %d comes picture %d of Run %d, %v", at, r.looks, f.Seq, f.Run, err)
					}
				}
				if r.looks < 20 {
					t.Errorf("%d looks in a minute", r.looks)
				}
			})
		}
	}
}
