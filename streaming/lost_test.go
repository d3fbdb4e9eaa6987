package streaming_test

import (
	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestLostCameraIsOpenedAgainWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		stop := watch(t, feed, 0)
		time.Sleep(time.Second)
		gone := errors.New("HD Webcam is unplugged: plug it in again")
		b.Fail.Store(&gone)
		time.Sleep(100 * time.Millisecond)
		if status := expect(t, feed, Lost); status.Reason != gone.Error() || status.Measured != (Mode{}) {
			t.Errorf("lost with %+v", status)
		}
		if !feed.Empty() {
			t.Error("a lost camera's last picture is still shown")
		}
		// 0.25 + 0.5 + 1 + 2 + 4 + 5 + 5 ... seconds
		time.Sleep(time.Minute)
		if n := b.Opened.Load(); n < 15 || n > 18 {
			t.Errorf("opened %d times within a minute", n)
		}
		b.Fail.Store(nil)
		time.Sleep(LastPause + time.Second)
		if status := expect(t, feed, Live); status.Reason != "" {
			t.Errorf("live with the reason %q", status.Reason)
		}
		b.Fail.Store(&gone)
		time.Sleep(100 * time.Millisecond)
		again := b.Opened.Load()
		b.Fail.Store(nil)
		time.Sleep(FirstPause)
		expect(t, feed, Live)
		if n := b.Opened.Load() - again; n != 1 {
			t.Errorf("opened %d times within the first pause of a new failure", n)
		}
		stop()
	})
}

func TestEndedStreamCountsAsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := Source{ID: "short", Frames: func(context.Context, func(Mode)) iter.Seq2[Picture, error] {
			return func(yield func(Picture, error) bool) { yield(Picture{JPEG: streamtest.Tiny[0]}, nil) }
		}}
		feed := NewFeed(source, 0, slog.New(slog.DiscardHandler))
		defer feed.Close()
		defer watch(t, feed, 0)()
		if status := expect(t, feed, Lost); status.Reason != ErrEnded.Error() {
			t.Errorf("reason %q", status.Reason)
		}
	})
}

func TestStalledCameraCountsAsFailedAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		defer watch(t, feed, 0)()
		time.Sleep(time.Second)
		b.Stalled.Store(true)
		time.Sleep(LivePatience - 100*time.Millisecond)
		expect(t, feed, Live)
		time.Sleep(200 * time.Millisecond)
		if status := expect(t, feed, Lost); !strings.Contains(status.Reason, "stopped delivering") {
			t.Errorf("reason %q", status.Reason)
		}
		b.Stalled.Store(false)
		time.Sleep(OpenPatience + LastPause)
		expect(t, feed, Live)
	})
}

func TestSlowCameraIsNotStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		b.FPS = 0.1
		feed := b.Feed(t)
		defer watch(t, feed, 0)()
		time.Sleep(10 * time.Minute)
		expect(t, feed, Live)
		if n := b.Opened.Load(); n != 1 {
			t.Errorf("opened %d times", n)
		}
	})
}

// A camera that grants no rate is waited for at its own pace, also before that is known.
func TestSlowCameraThatGrantsNoRateIsNotStalled(t *testing.T) {
	for _, gaps := range [][]time.Duration{{7 * time.Second}, {10 * time.Second}, {0, 10 * time.Second}, {time.Second, 25 * time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			var opened atomic.Int32
			var dead atomic.Bool
			source := Source{ID: "slow", Frames: func(ctx context.Context, _ func(Mode)) iter.Seq2[Picture, error] {
				return func(yield func(Picture, error) bool) {
					opened.Add(1)
					for n := 0; !dead.Load() && yield(Picture{JPEG: streamtest.Tiny[0]}, nil); n++ {
						time.Sleep(gaps[n%len(gaps)])
					}
					<-ctx.Done()
				}
			}}
			feed := NewFeed(source, 0, slog.New(slog.DiscardHandler))
			defer feed.Close()
			defer watch(t, feed, 0)()
			time.Sleep(10 * time.Minute)
			expect(t, feed, Live)
			if n := opened.Load(); n != 1 {
				t.Errorf("a picture every %v: opened %d times", gaps, n)
			}
			dead.Store(true)
			time.Sleep(90 * time.Second)
			if status := expect(t, feed, Lost); !strings.Contains(status.Reason, "stopped delivering") {
				t.Errorf("a picture every %v, then none: %q", gaps, status.Reason)
			}
		})
	}
}

func TestGarbageIsCountedDroppedAndSaidOnce(t *testing.T) {
	whole := streamtest.Tiny[0]
	for name, garbage := range map[string][]byte{
		"nothing":   {},
		"noise":     []byte("this is no picture at all"),
		"cut short": whole[:len(whole)/2],
		"no end":    whole[:len(whole)-2],
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log strings.Builder
				b := streamtest.NewCamera()
				feed := NewFeed(b.Source(), 0, slog.New(slog.NewTextHandler(&log, nil)))
				stop := watch(t, feed, 0)
				time.Sleep(time.Second)
				b.Picture.Store(&garbage)
				time.Sleep(time.Second)
				b.Picture.Store(nil)
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
		b := streamtest.NewCamera()
		garbage := []byte("GIF89a")
		b.Picture.Store(&garbage)
		feed := b.Feed(t)
		defer watch(t, feed, 0)()
		time.Sleep(OpenPatience + 100*time.Millisecond)
		if status := expect(t, feed, Lost); !strings.Contains(status.Reason, "no usable pictures") {
			t.Errorf("reason %q", status.Reason)
		}
	})
}

func TestPaddingBehindThePictureIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		padded := append(bytes.Clone(streamtest.Tiny[0]), make([]byte, 512)...)
		b.Picture.Store(&padded)
		feed := b.Feed(t)
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
