package streaming_test

import (
	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestNothingOfTheOldCameraIsShownOnceAnotherIsChosen changes to a camera that takes
// two seconds to its first picture.
func TestNothingOfTheOldCameraIsShownOnceAnotherIsChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := streamtest.NewCamera(), streamtest.NewCamera()
		large := streamtest.Grey(640, 480)
		one.Picture.Store(&large)
		two.ID = "two"
		two.Stalled.Store(true)
		feed := one.Feed(t)
		collected := cards(t, feed)
		time.Sleep(time.Second)
		before := feed.Status().Pictures
		feed.Use(two.Source())
		if !feed.Empty() {
			t.Error("the old camera's picture is still there")
		}
		time.Sleep(2*time.Second - time.Millisecond)
		status := expect(t, feed, Starting)
		if status.CameraID != "two" || status.Pictures != before || one.Open.Load() != 0 || two.Open.Load() != 1 {
			t.Errorf("while the new one opens: %+v, open: old %d, new %d", status, one.Open.Load(), two.Open.Load())
		}
		if shown := newest(t, feed); shown.Card == nil {
			t.Error("who comes now is shown no card")
		}
		two.Stalled.Store(false)
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.CameraID != "two" {
			t.Errorf("then: %+v", status)
		}
		shown := collected()
		if len(shown) != 2 || shown[0].Width != 640 || shown[0].Height != 480 || shown[1].Taken.Sub(shown[0].Taken) != CardEvery {
			t.Errorf("%d cards in two seconds, of %dx%d", len(shown), shown[0].Width, shown[0].Height)
		}
	})
}

// TestANewCameraThatFailsSaysSo has two names for one device, so that the new camera is
// busy until the old one is closed.
func TestANewCameraThatFailsSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := streamtest.NewCamera(), streamtest.NewCamera()
		two.ID = "two"
		busy := errors.New("two is used by another program")
		two.Fail.Store(&busy)
		feed := one.Feed(t)
		collected := cards(t, feed)
		time.Sleep(time.Second)
		feed.Use(two.Source())
		time.Sleep(100 * time.Millisecond)
		if status := expect(t, feed, Lost); status.Reason != busy.Error() || one.Open.Load() != 0 {
			t.Errorf("%+v, old open: %d", status, one.Open.Load())
		}
		two.Fail.Store(nil)
		time.Sleep(FirstPause)
		expect(t, feed, Live)
		if shown := collected(); len(shown) == 0 || shown[0].Width != 240 {
			t.Errorf("%d cards before the new camera delivers", len(shown))
		}
	})
}

// TestACameraThatIsLeftIsForgotten chooses another one while the first is closing for
// want of viewers, and while it is lost.
func TestACameraThatIsLeftIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two, three := streamtest.NewCamera(), streamtest.NewCamera(), streamtest.NewCamera()
		one.SlowClose = time.Second
		two.ID, three.ID = "two", "three"
		gone := errors.New("gone")
		two.Fail.Store(&gone)
		three.Stalled.Store(true)
		feed := one.Feed(t)
		watch(t, feed, 0)()
		time.Sleep(DefaultIdle + 100*time.Millisecond)
		feed.Use(two.Source())
		if !feed.Empty() {
			t.Error("the closing camera's picture is still there")
		}
		collected := cards(t, feed)
		time.Sleep(3 * time.Second)
		expect(t, feed, Lost)
		feed.Use(three.Source())
		if !feed.Empty() {
			t.Error("the lost camera's card is still there")
		}
		synctest.Wait()
		lost := len(collected())
		if shown := newest(t, feed); shown.Card == nil || lost < 3 {
			t.Errorf("%d cards, then %+v", lost, shown.Card)
		}
	})
}

func TestTheSameCameraIsClosedBeforeItIsOpenedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera() // panics when it is opened twice
		b.SlowClose = 300 * time.Millisecond
		feed := b.Feed(t)
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		for range 5 {
			feed.Use(b.Source())
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(3 * time.Second)
		if status := expect(t, feed, Live); status.Dropped > 0 || b.Open.Load() != 1 {
			t.Errorf("%+v, open %d times", status, b.Open.Load())
		}
		if n := stop(); n < 60 {
			t.Errorf("the viewer saw %d pictures", n)
		}
	})
}

func TestThereAndBackAgainWhileTheOtherOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := streamtest.NewCamera(), streamtest.NewCamera()
		two.ID = "two"
		two.Stalled.Store(true)
		feed := one.Feed(t)
		defer watch(t, feed, 0)()
		time.Sleep(time.Second)
		for range 20 {
			feed.Use(two.Source())
			time.Sleep(70 * time.Millisecond)
			feed.Use(one.Source())
			time.Sleep(70 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.CameraID != "bench" || one.Open.Load() != 1 || two.Open.Load() != 0 {
			t.Errorf("%+v, open: %d and %d", status, one.Open.Load(), two.Open.Load())
		}
	})
}

func TestACameraChosenAfterTheLastViewerLeftStaysOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := streamtest.NewCamera(), streamtest.NewCamera()
		two.ID = "two"
		one.SlowClose = time.Second
		feed := one.Feed(t)
		watch(t, feed, 0)()
		time.Sleep(DefaultIdle + 100*time.Millisecond) // closing is under way
		feed.Use(two.Source())
		time.Sleep(time.Minute)
		expect(t, feed, Off)
		if n := two.Opened.Load(); n != 0 {
			t.Errorf("opened %d times with nobody watching", n)
		}
	})
}

func TestRetryOpensAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		gone := errors.New("gone")
		b.Fail.Store(&gone)
		feed := b.Feed(t)
		feed.Retry() // while off: nothing to do
		defer watch(t, feed, 0)()
		time.Sleep(time.Minute) // pauses are at their longest now
		b.Fail.Store(nil)
		feed.Retry()
		synctest.Wait()
		expect(t, feed, Live)
	})
}

func TestALossIsLoggedOnceHoweverOftenItIsTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		tries := 0
		source := Source{ID: "fickle", Frames: func(context.Context, func(Mode)) iter.Seq2[Picture, error] {
			return func(yield func(Picture, error) bool) {
				tries++
				yield(Picture{}, fmt.Errorf("failed for the %d. time", tries))
			}
		}}
		feed := NewFeed(source, 0, slog.New(slog.NewTextHandler(&log, nil)))
		stop := watch(t, feed, 0)
		time.Sleep(time.Minute)
		status := feed.Status()
		stop()
		feed.Close()
		if n := strings.Count(log.String(), "camera lost"); n != 1 || status.Reopenings < 10 {
			t.Errorf("%d reopenings, logged %d times:\n%s", status.Reopenings, n, &log)
		}
		if want := fmt.Sprintf("failed for the %d. time", tries); status.Reason != want {
			t.Errorf("the reason is %q, want the newest, %q", status.Reason, want)
		}
	})
}

func TestADriverThatPanicsTakesOnlyItsCameraDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		source := Source{ID: "faulty", Frames: func(ctx context.Context, _ func(Mode)) iter.Seq2[Picture, error] {
			return func(yield func(Picture, error) bool) {
				if n++; n == 1 {
					yield(Picture{JPEG: streamtest.Tiny[0]}, nil)
					var nothing []int
					_ = nothing[n]
				}
				for yield(Picture{JPEG: streamtest.Tiny[0]}, nil) && ctx.Err() == nil {
					time.Sleep(100 * time.Millisecond)
				}
			}
		}}
		feed := NewFeed(source, 0, slog.New(slog.DiscardHandler))
		defer feed.Close()
		defer watch(t, feed, 0)()
		if status := expect(t, feed, Lost); !strings.Contains(status.Reason, "index out of range") {
			t.Errorf("reason %q", status.Reason)
		}
		time.Sleep(time.Second)
		expect(t, feed, Live)
	})
}

func TestTheAskedRateIsHeldWhateverTheCameraDoes(t *testing.T) {
	for _, test := range []struct{ camera, asked, want float64 }{{30, 10, 10}, {30, 30, 30}, {10, 30, 10}, {30, 12.5, 12.5}} {
		synctest.Test(t, func(t *testing.T) {
			b := streamtest.NewCamera()
			b.FPS = test.camera
			source := b.Source()
			source.Asked.FPS = test.asked
			feed := NewFeed(source, 0, slog.New(slog.DiscardHandler))
			defer feed.Close()
			stop := watch(t, feed, 0)
			time.Sleep(20*time.Second - time.Millisecond)
			status := expect(t, feed, Live)
			if n := stop(); float64(n) < 20*test.want-2 || float64(n) > 20*test.want+2 {
				t.Errorf("%v a second, asked for %v: %d in 20 s", test.camera, test.asked, n)
			}
			if all := status.Pictures + status.Skipped; float64(all) < 20*test.camera-2 {
				t.Errorf("%d published and %d skipped of %v", status.Pictures, status.Skipped, 20*test.camera)
			}
		})
	}
}

func TestPicturesAreTurnedOnceWhoeverWatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		source := b.Source()
		turned := 0
		source.Turn = func(p Picture) ([]byte, error) {
			if turned++; turned%2 == 0 {
				return nil, errors.New("cannot be turned")
			}
			return streamtest.Tiny[2], nil
		}
		feed := NewFeed(source, 0, slog.New(slog.DiscardHandler))
		defer feed.Close()
		var stops []func() int
		for range 10 {
			stops = append(stops, watch(t, feed, 0))
		}
		time.Sleep(2*time.Second - time.Millisecond)
		status := expect(t, feed, Live)
		if turned != 60 || status.Pictures != 30 || status.Dropped != 30 {
			t.Errorf("turned %d times, %d pictures, %d dropped", turned, status.Pictures, status.Dropped)
		}
		if !bytes.Equal(feed.Newest().JPEG, streamtest.Tiny[2]) {
			t.Error("the picture shown is not the turned one")
		}
		for _, stop := range stops {
			if n := stop(); n != 30 {
				t.Errorf("a viewer saw %d pictures", n)
			}
		}
	})
}
