package replay

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
)

// Each picture is seen once, in order, at its time.
func TestSpeeds(t *testing.T) {
	for _, speed := range []float64{0.05, 0.5, 1, 2, 16} {
		synctest.Test(t, func(t *testing.T) {
			r := &reel{}
			r.shot(time.Now(), 0, 200)
			all := watch(t, r, time.Now().Add(5*time.Second), speed, time.Hour, nil)
			expectAll(t, all, 101, 100)
			for n, s := range all {
				if want := time.Duration(float64(n) * float64(apart) / speed); (s.at - want).Abs() > time.Microsecond {
					t.Fatalf("at speed %v, picture %d was seen after %v, not %v", speed, n, s.at, want)
				}
			}
		})
	}
}

// Who replays faster than pictures come catches up with live, and is shown every picture.
func TestCatchingUpWithLive(t *testing.T) {
	for _, speed := range []float64{1, 2, 16} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			r := &reel{grown: make(chan struct{})}
			r.shot(began.Add(-10*time.Second), 0, 200)
			ctx, cancel := context.WithCancel(t.Context())
			defer synctest.Wait()
			defer cancel()
			go r.run(ctx, 10_000)
			hiccup := func(n int) time.Duration {
				if n == 800 { // caught up: a hiccup loses nothing there, either
					return 900 * time.Millisecond
				}
				return 0
			}
			all := watch(t, r, began.Add(-10*time.Second), speed, time.Minute, hiccup)
			behind := 200 + 60*fps - len(all)
			if want := map[float64]int{1: 200, 2: 0, 16: 0}[speed]; behind < want-1 || behind > want+2 {
				t.Errorf("at speed %v, %d pictures behind live after a minute", speed, behind)
			}
			expectAll(t, all, 1, len(all))
		})
	}
}

// From a moment to come, or of a past that is empty yet, the newest picture is shown, and then
// what comes.
func TestFromNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reel{grown: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go r.run(ctx, 100)
		for n, first := range []uint64{1, 10 * fps} {
			all := watch(t, r, time.Now().Add(time.Hour), 0.5, 10*time.Second-time.Millisecond, nil)
			expectAll(t, all, first, 5*fps)
			if at := all[len(all)-1].at; at < 9500*time.Millisecond {
				t.Errorf("time %d: the last one was seen after %v", n, at)
			}
			time.Sleep(apart / 2)
		}
	})
}

// What is between sections is left out, and so is an hour by which the clock was set: the
// picture in front of it is shown for as long as others.
func TestGapsAreLeftOut(t *testing.T) {
	for _, speed := range []float64{0.05, 0.5, 1, 2, 16} {
		synctest.Test(t, func(t *testing.T) {
			now := time.Now()
			r := &reel{}
			r.shot(now, 0, 100)
			r.shot(now.Add(time.Hour), 1, 100)
			r.shot(now.Add(24*time.Hour), 1, 100)
			r.shot(now.Add(23*time.Hour), 1, 100)
			r.shot(now.Add(23*time.Hour+15*time.Second), 1, 1) // a slow camera
			all := watch(t, r, now, speed, time.Hour, nil)
			expectAll(t, all, 1, 401)
			for n, s := range all {
				taken := time.Duration(n) * apart
				if n == 400 {
					taken = 399*apart + 10*time.Second + apart
				}
				if want := time.Duration(float64(taken) / speed); (s.at - want).Abs() > time.Microsecond {
					t.Fatalf("at speed %v, picture %d was seen after %v, not %v", speed, n, s.at, want)
				}
			}
		})
	}
}

// Who has waited for a picture behind a gap sees it at once, unless the one in front of the gap
// has just come.
func TestWaitingInAGap(t *testing.T) {
	for gap, want := range map[time.Duration]time.Duration{
		apart / 4:   2 * apart,
		3 * apart:   3 * apart,
		time.Minute: time.Minute,
	} {
		synctest.Test(t, func(t *testing.T) {
			r := &reel{grown: make(chan struct{})}
			r.shot(time.Now(), 0, 3)
			time.AfterFunc(4*apart+gap, func() { r.shot(time.Now(), 1, 20) })
			all := watch(t, r, time.Now(), 0.5, 2*time.Minute, nil)
			expectAll(t, all, 1, 23)
			for n, s := range all[3:] {
				if want := 4*apart + want + time.Duration(n)*2*apart; s.at != want {
					t.Fatalf("a gap of %v: picture %d was seen after %v, not %v", gap, 3+n, s.at, want)
				}
			}
		})
	}
}

// A hiccup of the consumer loses no picture, and a longer one what was due meanwhile.
func TestLateConsumer(t *testing.T) {
	for _, test := range []struct {
		takes time.Duration
		lost  int
	}{{900 * time.Millisecond, 0}, {3 * time.Second, 3*fps - 1}} {
		synctest.Test(t, func(t *testing.T) {
			r := &reel{}
			r.shot(time.Now(), 0, 200)
			all := watch(t, r, time.Now(), 1, time.Hour, func(n int) time.Duration {
				if n == 50 {
					return test.takes
				}
				return 0
			})
			expectAll(t, all[:50], 1, 50)
			expectAll(t, all[50:], 51+uint64(test.lost), 150-test.lost)
			if at := all[len(all)-1].at; at != 199*apart {
				t.Errorf("%v late: the last one was seen after %v", test.takes, at)
			}
		})
	}
}

// A consumer that is not ready for long skips pictures too.
func TestConsumerThatIsNotReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reel{}
		r.shot(time.Now(), 0, 200)
		asked, seen := 0, []uint64(nil)
		ready := func(context.Context) bool {
			asked++
			time.Sleep(500 * time.Millisecond)
			return true
		}
		for f, err := range Play(t.Context(), r, time.Now(), 1, ready) {
			if err != nil || len(seen) > 0 && f.Seq <= seen[len(seen)-1] {
				t.Fatalf("%d behind %v, %v", f.Seq, seen, err)
			}
			seen = append(seen, f.Seq)
		}
		if len(seen) < 15 || len(seen) > 35 || asked != len(seen) {
			t.Errorf("asked %d times for %v", asked, seen)
		}
	})
}

// Who is slower than the past is forgotten sees the first pictures that are kept, for as long as
// they would have taken.
func TestOverrun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &reel{grown: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go r.run(ctx, 10*fps)
		time.Sleep(20*time.Second + time.Millisecond)
		all := watch(t, r, time.Now().Add(-8*time.Second), 0.5, time.Minute, nil)
		for n := 1; n < len(all); n++ {
			if all[n].seq <= all[n-1].seq {
				t.Fatalf("%d behind %d", all[n].seq, all[n-1].seq)
			}
			if lasted := all[n].at - all[n-1].at; lasted != 2*apart {
				t.Fatalf("picture %d was shown for %v, not %v", all[n-1].seq, lasted, 2*apart)
			}
		}
		last := all[len(all)-1]
		if kept := uint64(79*fps - 10*fps); last.seq < kept-2*fps || last.seq > kept+3*fps {
			t.Errorf("the last one is %d, and the first that is kept %d", last.seq, kept)
		}
	})
}

func TestEndOfAReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		empty := &reel{}
		expectAll(t, watch(t, empty, time.Now(), 1, time.Hour, nil), 0, 0)
		for _, speed := range []float64{0, 1} {
			r := &reel{grown: make(chan struct{})}
			began := time.Now()
			watch(t, r, time.Now(), speed, time.Second, nil)
			r.shot(time.Now(), 0, 1)
			watch(t, r, time.Now(), speed, time.Second, nil)
			if took := time.Since(began); took != 2*time.Second {
				t.Errorf("speed %v: ended after %v", speed, took)
			}
		}
	})
}

// An error is the last that is yielded, wherever it comes from; and everything was released.
func TestErrorEndsAReplay(t *testing.T) {
	bad := errors.New("the disk is gone")
	for speed, after := range map[float64]time.Duration{0: 6 * time.Second, 1: time.Second, 2: 0} {
		synctest.Test(t, func(t *testing.T) {
			r := &reel{grown: make(chan struct{})}
			r.shot(time.Now(), 0, 50)
			time.AfterFunc(after, func() {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.err = bad
			})
			var last error
			for f, err := range Play(t.Context(), r, time.Now(), speed, streaming.AtOnce) {
				if last != nil || (f == nil) != (err != nil) {
					t.Fatalf("%v, %v behind %v", f, err, last)
				}
				last = err
			}
			if !errors.Is(last, bad) {
				t.Errorf("speed %v: ended with %v", speed, last)
			}
			for _, f := range r.frames {
				f.Release()
				func() {
					defer func() {
						if recover() == nil {
							t.Errorf("picture %d is still held", f.Seq)
						}
					}()
					f.Release()
				}()
			}
		})
	}
}
