package streaming_test

import (
	"context"
	"iter"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// TestFirstPictureOfALongExposureIsWaitedFor: a camera that exposes ten seconds long has
// its first picture after twenty.
func TestFirstPictureOfALongExposureIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened atomic.Int32
		source := Source{ID: "night", Frames: func(ctx context.Context, granted func(Mode)) iter.Seq2[Picture, error] {
			return func(yield func(Picture, error) bool) {
				opened.Add(1)
				granted(Mode{FPS: 0.1})
				for {
					select {
					case <-ctx.Done():
						return
					case <-time.After(20 * time.Second):
					}
					if !yield(Picture{JPEG: streamtest.Tiny[0]}, nil) {
						return
					}
				}
			}
		}}
		feed := NewFeed(source, 0, slog.New(slog.DiscardHandler))
		defer feed.Close()
		defer watch(t, feed, 0)()
		time.Sleep(time.Minute)
		expect(t, feed, Live)
		if n := opened.Load(); n != 1 {
			t.Errorf("opened %d times", n)
		}
	})
}
