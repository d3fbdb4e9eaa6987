package streaming

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// tiny are three pictures, small so that a thousand viewers can look at each byte.
var tiny = [3][]byte{tinyJPEG(1), tinyJPEG(2), tinyJPEG(3)}

func tinyJPEG(shade uint8) []byte {
	picture := image.NewGray(image.Rect(0, 0, 16, 8))
	picture.Pix[0] = 50 * shade
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// bench is a camera whose behaviour a test sets while it runs.
type bench struct {
	id  string
	fps float64

	opened, closed atomic.Int32
	open           atomic.Int32 // now; never above one
	fail           atomic.Pointer[error]
	stalled        atomic.Bool
	picture        atomic.Pointer[[]byte] // delivered in place of the tiny ones
	slowClose      time.Duration
}

func (b *bench) source() Source {
	return Source{ID: b.id, Name: "Bench " + b.id, Asked: Mode{Width: 640}, Frames: b.frames}
}

func (b *bench) frames(ctx context.Context, granted func(Mode)) iter.Seq2[Picture, error] {
	return func(yield func(Picture, error) bool) {
		if b.opened.Add(1); b.open.Add(1) > 1 {
			panic("the camera is open twice")
		}
		defer func() {
			time.Sleep(b.slowClose)
			b.open.Add(-1)
			b.closed.Add(1)
		}()
		granted(Mode{16, 8, b.fps})
		for n := 0; ; n++ {
			if err := b.fail.Load(); err != nil {
				yield(Picture{}, *err)
				return
			}
			jpeg := tiny[n%3]
			if other := b.picture.Load(); other != nil {
				jpeg = *other
			}
			borrowed := bytes.Clone(jpeg)
			if !b.stalled.Load() && !yield(Picture{JPEG: borrowed}, nil) {
				return
			}
			clear(borrowed) // the loan is over
			select {
			case <-time.After(time.Duration(float64(time.Second) / b.fps)):
			case <-ctx.Done():
				return
			}
		}
	}
}

func newBench() *bench { return &bench{id: "bench", fps: 30} }

func feedOf(t *testing.T, b *bench) *Feed {
	feed := NewFeed(b.source(), 0, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(feed.Close)
	return feed
}

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
			if f.Card {
				continue
			}
			if !isOriginal(f.JPEG) {
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

func isOriginal(picture []byte) bool {
	for _, original := range tiny {
		if bytes.Equal(picture, original) {
			return true
		}
	}
	return false
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
		b := newBench()
		feed := feedOf(t, b)
		time.Sleep(time.Hour)
		expect(t, feed, Off)
		if n := b.opened.Load(); n != 0 {
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
		if b.opened.Load() != 1 || b.closed.Load() != 1 {
			t.Errorf("opened %d and closed %d times", b.opened.Load(), b.closed.Load())
		}
	})
}

func TestViewerWithinTheIdleTimeFindsTheCameraRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		feed := feedOf(t, b)
		for range 20 {
			stop := watch(t, feed, 0)
			time.Sleep(time.Second)
			stop()
			time.Sleep(DefaultIdle - time.Millisecond)
		}
		if n := b.opened.Load(); n != 1 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestViewerOfASlowlyClosingCameraGetsItOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.slowClose = 700 * time.Millisecond
		feed := feedOf(t, b)
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
		b := newBench()
		feed := feedOf(t, b)
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
		slow, fast := newBench(), newBench()
		slow.id, slow.fps = "slow", 1
		slowFeed, fastFeed := feedOf(t, slow), feedOf(t, fast)
		stopSlow, stopFast := watch(t, slowFeed, 0), watch(t, fastFeed, 0)
		time.Sleep(20*time.Second + time.Millisecond)
		if s, f := slowFeed.Status().Measured.FPS, fastFeed.Status().Measured.FPS; s < 0.9 || s > 1.1 || f < 29 || f > 31 {
			t.Errorf("measured %v and %v a second", s, f)
		}
		err := errors.New("pulled out")
		slow.fail.Store(&err)
		time.Sleep(2 * time.Second)
		expect(t, slowFeed, Lost)
		expect(t, fastFeed, Live)
		if s, f := stopSlow(), stopFast(); s < 20 || s > 23 || f < 600 {
			t.Errorf("saw %d and %d pictures", s, f)
		}
	})
}

func TestLostCameraIsOpenedAgainWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		feed := feedOf(t, b)
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		gone := errors.New("HD Webcam is unplugged: plug it in again")
		b.fail.Store(&gone)
		time.Sleep(100 * time.Millisecond)
		if status := expect(t, feed, Lost); status.Reason != gone.Error() || status.Measured != (Mode{}) {
			t.Errorf("lost with %+v", status)
		}
		if feed.hub.Newest() != nil {
			t.Error("a lost camera's last picture is still shown")
		}
		// 0.25 + 0.5 + 1 + 2 + 4 + 5 + 5 ... seconds
		time.Sleep(time.Minute)
		if n := b.opened.Load(); n < 15 || n > 18 {
			t.Errorf("opened %d times within a minute", n)
		}
		b.fail.Store(nil)
		time.Sleep(lastPause + time.Second)
		if status := expect(t, feed, Live); status.Reason != "" {
			t.Errorf("live with the reason %q", status.Reason)
		}
		b.fail.Store(&gone)
		time.Sleep(100 * time.Millisecond)
		again := b.opened.Load()
		b.fail.Store(nil)
		time.Sleep(firstPause)
		expect(t, feed, Live)
		if n := b.opened.Load() - again; n != 1 {
			t.Errorf("opened %d times within the first pause of a new failure", n)
		}
		stop()
	})
}

func TestEndedStreamCountsAsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := Source{ID: "short", Frames: func(context.Context, func(Mode)) iter.Seq2[Picture, error] {
			return func(yield func(Picture, error) bool) { yield(Picture{JPEG: tiny[0]}, nil) }
		}}
		feed := NewFeed(source, 0, slog.New(slog.DiscardHandler))
		defer feed.Close()
		defer watch(t, feed, 0)()
		if status := expect(t, feed, Lost); status.Reason != errEnded.Error() {
			t.Errorf("reason %q", status.Reason)
		}
	})
}

func TestStalledCameraCountsAsFailedAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		feed := feedOf(t, b)
		defer watch(t, feed, 0)()
		time.Sleep(time.Second)
		b.stalled.Store(true)
		time.Sleep(livePatience - 100*time.Millisecond)
		expect(t, feed, Live)
		time.Sleep(200 * time.Millisecond)
		if status := expect(t, feed, Lost); !strings.Contains(status.Reason, "stopped delivering") {
			t.Errorf("reason %q", status.Reason)
		}
		b.stalled.Store(false)
		time.Sleep(openPatience + lastPause)
		expect(t, feed, Live)
	})
}

func TestSlowCameraIsNotStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.fps = 0.1
		feed := feedOf(t, b)
		defer watch(t, feed, 0)()
		time.Sleep(10 * time.Minute)
		expect(t, feed, Live)
		if n := b.opened.Load(); n != 1 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestGarbageIsCountedDroppedAndSaidOnce(t *testing.T) {
	whole := tiny[0]
	for name, garbage := range map[string][]byte{
		"nothing":   {},
		"noise":     []byte("this is no picture at all"),
		"cut short": whole[:len(whole)/2],
		"no end":    whole[:len(whole)-2],
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log strings.Builder
				b := newBench()
				feed := NewFeed(b.source(), 0, slog.New(slog.NewTextHandler(&log, nil)))
				stop := watch(t, feed, 0)
				time.Sleep(time.Second)
				b.picture.Store(&garbage)
				time.Sleep(time.Second)
				b.picture.Store(nil)
				time.Sleep(time.Second)
				status := expect(t, feed, Live)
				if status.Dropped < 28 || status.Dropped > 32 || status.Pictures < 58 {
					t.Errorf("%d pictures, %d dropped", status.Pictures, status.Dropped)
				}
				if n := stop(); n != int(status.Pictures) {
					t.Errorf("%d pictures seen of %d", n, status.Pictures)
				}
				feed.Close()
				if n := strings.Count(log.String(), "picture dropped"); n != 1 {
					t.Errorf("said %d times:\n%s", n, &log)
				}
			})
		})
	}
}

func TestCameraOfNothingButGarbageIsLostWithThatReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		garbage := []byte("GIF89a")
		b.picture.Store(&garbage)
		feed := feedOf(t, b)
		defer watch(t, feed, 0)()
		time.Sleep(openPatience + 100*time.Millisecond)
		if status := expect(t, feed, Lost); !strings.Contains(status.Reason, "no usable pictures") {
			t.Errorf("reason %q", status.Reason)
		}
	})
}

func TestPaddingBehindThePictureIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		padded := append(bytes.Clone(tiny[0]), make([]byte, 512)...)
		b.picture.Store(&padded)
		feed := feedOf(t, b)
		stop := watch(t, feed, 0) // which sees only originals
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.Dropped != 0 {
			t.Errorf("%d dropped", status.Dropped)
		}
		if n := stop(); n < 28 {
			t.Errorf("%d pictures came", n)
		}
	})
}

func TestUseChangesTheCameraUnderItsViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := newBench(), newBench()
		two.id = "two"
		feed := feedOf(t, one)
		feed.Use(two.source())
		if status := expect(t, feed, Off); status.CameraID != "two" || two.opened.Load() != 0 {
			t.Errorf("switched to %q while off, opened %d times", status.CameraID, two.opened.Load())
		}
		feed.Use(one.source())
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		feed.Use(two.source())
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.CameraID != "two" || status.CameraName != "Bench two" {
			t.Errorf("shows %q", status.CameraID)
		}
		if one.open.Load() != 0 {
			t.Error("the first camera is still open")
		}
		if n := stop(); n < 58 {
			t.Errorf("the viewer saw %d pictures", n)
		}
	})
}

func TestCloseClosesTheCameraUnderItsViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.slowClose = 500 * time.Millisecond
		feed := NewFeed(b.source(), 0, slog.New(slog.NewTextHandler(io.Discard, nil)))
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		feed.Close()
		if b.open.Load() != 0 {
			t.Error("Close returned with the camera open")
		}
		stop()
	})
}

func TestStatusShowsWhatWasAskedGrantedAndMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.fps = 15
		feed := feedOf(t, b)
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
