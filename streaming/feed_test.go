package streaming_test

import (
	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// watch ranges over the feed until the returned function is called, which
// returns how many frames came. Each must be newer than the one before.
func watch(t *testing.T, feed *Feed, pause time.Duration) (stop func() int) {
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	n, last := 0, uint64(0)
	watching.Go(func() {
		for f := range feed.Frames(ctx) {
			if f.Seq <= last {
				t.Errorf("frame %d came after %d", f.Seq, last)
			}
			if f.Card != nil {
				continue
			}
			if !streamtest.IsOriginal(f.JPEG) {
				t.Errorf("frame %d is not as the camera delivered it", f.Seq)
			}
			last = f.Seq
			n++
			if pause > 0 { // hundreds of thousands of timers in one bubble crash the race detector: Go issue 78156
				select {
				case <-time.After(pause):
				case <-ctx.Done():
				}
			}
		}
	})
	return func() int {
		cancel()
		watching.Wait()
		return n
	}
}

func expect(t *testing.T, feed *Feed, state State) Status {
	t.Helper()
	synctest.Wait()
	status := feed.Status()
	if status.State != state {
		t.Errorf("the feed is %v (%s), want %v", status.State, status.Reason, state)
	}
	return status
}

func TestCameraOpensWithTheFirstAndClosesTenSecondsAfterTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		time.Sleep(time.Hour)
		expect(t, feed, Off)
		if n := b.Opened.Load(); n != 0 {
			t.Fatalf("opened %d times with nobody watching", n)
		}

		first := watch(t, feed, 0)
		expect(t, feed, Live)
		second := watch(t, feed, 0)
		time.Sleep(2 * time.Second)
		first()
		time.Sleep(DefaultIdle + time.Second)
		expect(t, feed, Live)
		second()
		time.Sleep(DefaultIdle - time.Millisecond)
		expect(t, feed, Live)
		time.Sleep(2 * time.Millisecond)
		if status := expect(t, feed, Off); status.Measured != (Mode{}) {
			t.Errorf("a camera that is off delivers %+v", status.Measured)
		}
		if b.Opened.Load() != 1 || b.Closed.Load() != 1 {
			t.Errorf("opened %d and closed %d times", b.Opened.Load(), b.Closed.Load())
		}
	})
}

func TestViewerWithinTheIdleTimeFindsTheCameraRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		for range 20 {
			stop := watch(t, feed, 0)
			time.Sleep(time.Second)
			stop()
			time.Sleep(DefaultIdle - time.Millisecond)
		}
		if n := b.Opened.Load(); n != 1 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestViewerOfASlowlyClosingCameraGetsItOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		b.SlowClose = 700 * time.Millisecond
		feed := b.Feed(t)
		watch(t, feed, 0)()
		time.Sleep(DefaultIdle + 100*time.Millisecond) // closing is under way
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		expect(t, feed, Live)
		if n := stop(); n == 0 {
			t.Error("no picture came")
		}
	})
}

func TestThousandViewersOfOneFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		var stops []func() int
		for v := range 1000 {
			pause := time.Duration(0)
			if v%10 == 9 {
				pause = time.Hour // stalled with its first picture
			}
			stops = append(stops, watch(t, feed, pause))
		}
		time.Sleep(10*time.Second + time.Millisecond)
		delivered := int(feed.Status().Pictures)
		if delivered < 300 {
			t.Errorf("the camera delivered %d pictures in 10 s", delivered)
		}
		for v, stop := range stops {
			switch n := stop(); {
			case v%10 == 9 && n != 1:
				t.Errorf("stalled viewer %d saw %d pictures", v, n)
			case v%10 != 9 && n < delivered-1:
				t.Errorf("viewer %d saw %d of %d pictures", v, n, delivered)
			}
		}
	})
}

func TestTwoFeedsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, fast := streamtest.NewCamera(), streamtest.NewCamera()
		slow.ID, slow.FPS = "slow", 1
		slowFeed, fastFeed := slow.Feed(t), fast.Feed(t)
		stopSlow, stopFast := watch(t, slowFeed, 0), watch(t, fastFeed, 0)
		time.Sleep(20*time.Second + time.Millisecond)
		if s, f := slowFeed.Status().Measured.FPS, fastFeed.Status().Measured.FPS; s < 0.9 || s > 1.1 || f < 29 || f > 31 {
			t.Errorf("measured %v and %v a second", s, f)
		}
		err := errors.New("pulled out")
		slow.Fail.Store(&err)
		time.Sleep(2 * time.Second)
		expect(t, slowFeed, Lost)
		expect(t, fastFeed, Live)
		if s, f := stopSlow(), stopFast(); s < 20 || s > 23 || f < 600 {
			t.Errorf("saw %d and %d pictures", s, f)
		}
	})
}

func TestUseChangesTheCameraUnderItsViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := streamtest.NewCamera(), streamtest.NewCamera()
		two.ID = "two"
		feed := one.Feed(t)
		feed.Use(two.Source())
		if status := expect(t, feed, Off); status.CameraID != "two" || two.Opened.Load() != 0 {
			t.Errorf("switched to %q while off, opened %d times", status.CameraID, two.Opened.Load())
		}
		feed.Use(one.Source())
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		feed.Use(two.Source())
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.CameraID != "two" || status.CameraName != "Bench two" {
			t.Errorf("shows %q", status.CameraID)
		}
		if one.Open.Load() != 0 {
			t.Error("the first camera is still open")
		}
		if n := stop(); n < 58 {
			t.Errorf("the viewer saw %d pictures", n)
		}
	})
}

func TestCloseClosesTheCameraUnderItsViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		b.SlowClose = 500 * time.Millisecond
		feed := NewFeed(b.Source(), 0, slog.New(slog.NewTextHandler(io.Discard, nil)))
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		feed.Close()
		if b.Open.Load() != 0 {
			t.Error("Close returned with the camera open")
		}
		stop()
	})
}

func TestStatusShowsWhatWasAskedGrantedAndMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		b.FPS = 15
		feed := b.Feed(t)
		defer watch(t, feed, 0)()
		time.Sleep(5*time.Second + time.Millisecond)
		status := expect(t, feed, Live)
		got := fmt.Sprintf("asked %+v granted %+v measured %dx%d %.1f", status.Asked, status.Granted,
			status.Measured.Width, status.Measured.Height, status.Measured.FPS)
		want := "asked {Width:640 Height:0 FPS:0} granted {Width:16 Height:8 FPS:15} measured 16x8 15.0"
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}
