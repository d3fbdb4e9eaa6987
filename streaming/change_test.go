package streaming

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestTheOldCameraIsShownUntilTheNewOneDelivers changes to a camera that takes
// two seconds to its first picture.
func TestTheOldCameraIsShownUntilTheNewOneDelivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newBench(), newBench()
		two.id = "two"
		two.stalled.Store(true)
		feed := feedOf(t, one)
		defer watch(t, feed, 0)()
		time.Sleep(time.Second)
		feed.Use(two.source())
		time.Sleep(2 * time.Second)
		status := expect(t, feed, Starting)
		if status.CameraID != "two" || status.Pictures < 85 || one.open.Load() != 1 || two.open.Load() != 1 {
			t.Errorf("while the new one opens: %+v, open: old %d, new %d", status, one.open.Load(), two.open.Load())
		}
		two.stalled.Store(false)
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.CameraID != "two" || one.open.Load() != 0 {
			t.Errorf("then: %+v, old open: %d", status, one.open.Load())
		}
	})
}

// TestTheOldCameraGivesWayToANewOneThatFails is what two names for one device
// come to: the new one is busy until the old one is closed.
func TestTheOldCameraGivesWayToANewOneThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newBench(), newBench()
		two.id = "two"
		busy := errors.New("two is used by another program")
		two.fail.Store(&busy)
		feed := feedOf(t, one)
		defer watch(t, feed, 0)()
		time.Sleep(time.Second)
		feed.Use(two.source())
		time.Sleep(100 * time.Millisecond)
		if status := expect(t, feed, Lost); status.Reason != busy.Error() || one.open.Load() != 0 {
			t.Errorf("%+v, old open: %d", status, one.open.Load())
		}
		two.fail.Store(nil)
		time.Sleep(firstPause)
		expect(t, feed, Live)
	})
}

func TestTheSameCameraIsClosedBeforeItIsOpenedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench() // panics when it is opened twice
		b.slowClose = 300 * time.Millisecond
		feed := feedOf(t, b)
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		for range 5 {
			feed.Use(b.source())
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(3 * time.Second)
		if status := expect(t, feed, Live); status.Dropped > 0 || b.open.Load() != 1 {
			t.Errorf("%+v, open %d times", status, b.open.Load())
		}
		if n := stop(); n < 60 {
			t.Errorf("the viewer saw %d pictures", n)
		}
	})
}

func TestThereAndBackAgainWhileTheOtherOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newBench(), newBench()
		two.id = "two"
		two.stalled.Store(true)
		feed := feedOf(t, one)
		defer watch(t, feed, 0)()
		time.Sleep(time.Second)
		for range 20 {
			feed.Use(two.source())
			time.Sleep(70 * time.Millisecond)
			feed.Use(one.source())
			time.Sleep(70 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.CameraID != "bench" || one.open.Load() != 1 || two.open.Load() != 0 {
			t.Errorf("%+v, open: %d and %d", status, one.open.Load(), two.open.Load())
		}
	})
}

func TestACameraChosenAfterTheLastViewerLeftStaysOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newBench(), newBench()
		two.id = "two"
		one.slowClose = time.Second
		feed := feedOf(t, one)
		watch(t, feed, 0)()
		time.Sleep(DefaultIdle + 100*time.Millisecond) // closing is under way
		feed.Use(two.source())
		time.Sleep(time.Minute)
		expect(t, feed, Off)
		if n := two.opened.Load(); n != 0 {
			t.Errorf("opened %d times with nobody watching", n)
		}
	})
}

// cards collects the cards that a viewer is shown.
func cards(t *testing.T, feed *Feed) (collected func() []*Frame) {
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	var shown []*Frame
	watching.Go(func() {
		for f := range feed.Frames(ctx) {
			if f.Card {
				shown = append(shown, f)
			}
		}
	})
	return func() []*Frame {
		cancel()
		watching.Wait()
		return shown
	}
}

func TestALostCameraShowsACardOnceASecondAtTheStreamsSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		large := sizedJPEG(t, 640, 480)
		b.picture.Store(&large)
		feed := feedOf(t, b)
		collected := cards(t, feed)
		time.Sleep(time.Second)
		gone := fmt.Errorf("Bench is unplugged: plug it in again%w", unplugged{})
		b.fail.Store(&gone)
		time.Sleep(10 * time.Second)
		if status := expect(t, feed, Lost); !status.Unplugged || status.Pictures > 32 {
			t.Errorf("%+v", status)
		}
		b.fail.Store(nil)
		feed.Retry()
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.Unplugged {
			t.Errorf("%+v", status)
		}
		time.Sleep(time.Second)
		shown := collected()
		if n := len(shown); n < 9 || n > 10 {
			t.Fatalf("%d cards in ten seconds", n)
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(shown[0].JPEG))
		if err != nil || config.Width != 640 || config.Height != 480 || shown[0].Width != 640 || shown[0].Height != 480 {
			t.Errorf("the card is %dx%d, %v", config.Width, config.Height, err)
		}
		for i, f := range shown[1:] {
			if gap := f.Taken.Sub(shown[i].Taken); gap != cardEvery {
				t.Errorf("card %d comes %v after the one before", i+1, gap)
			}
		}
	})
}

func TestACameraThatIsBackAtOnceShowsNoCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		feed := feedOf(t, b)
		collected := cards(t, feed)
		time.Sleep(time.Second)
		gone := errors.New("hiccup")
		b.fail.Store(&gone)
		time.Sleep(50 * time.Millisecond)
		b.fail.Store(nil)
		time.Sleep(2 * time.Second)
		expect(t, feed, Live)
		if n := len(collected()); n != 0 {
			t.Errorf("%d cards", n)
		}
	})
}

// unplugged adds nothing to an error's words, only what it is.
type unplugged struct{}

func (unplugged) Error() string        { return "" }
func (unplugged) Is(target error) bool { return target == ErrUnplugged }

func sizedJPEG(t *testing.T, width, height int) []byte {
	t.Helper()
	picture, err := card{width: width, height: height}.jpeg()
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func TestRetryOpensAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		gone := errors.New("gone")
		b.fail.Store(&gone)
		feed := feedOf(t, b)
		feed.Retry() // while off: nothing to do
		defer watch(t, feed, 0)()
		time.Sleep(time.Minute) // pauses are at their longest now
		b.fail.Store(nil)
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
					yield(Picture{JPEG: tiny[0]}, nil)
					var nothing []int
					_ = nothing[n]
				}
				for yield(Picture{JPEG: tiny[0]}, nil) && ctx.Err() == nil {
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
			b := newBench()
			b.fps = test.camera
			source := b.source()
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
		b := newBench()
		source := b.source()
		turned := 0
		source.Turn = func(p Picture) ([]byte, error) {
			if turned++; turned%2 == 0 {
				return nil, errors.New("cannot be turned")
			}
			return tiny[2], nil
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
		if !bytes.Equal(feed.hub.Newest().JPEG, tiny[2]) {
			t.Error("the picture shown is not the turned one")
		}
		for _, stop := range stops {
			if n := stop(); n != 30 {
				t.Errorf("a viewer saw %d pictures", n)
			}
		}
	})
}

func TestCardSizes(t *testing.T) {
	for _, test := range []struct{ width, height, wantWidth, wantHeight int }{
		{0, 0, 1280, 720}, {640, 480, 640, 480}, {720, 1280, 720, 1280}, {16, 8, 240, 120}, {7680, 4320, 3840, 2160}, {1, 1000, 120, 1000},
	} {
		c := card{width: test.width, height: test.height, heading: "Camera unplugged, waiting for it", name: "Kamera Süd",
			reason: "Kamera Süd is unplugged: plug it in again and the picture comes back"}
		picture, err := c.jpeg()
		if err != nil {
			t.Fatal(err)
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(picture))
		if err != nil || config.Width != test.wantWidth || config.Height != test.wantHeight {
			t.Errorf("%dx%d: drawn as %dx%d, %v", test.width, test.height, config.Width, config.Height, err)
		}
	}
}
