package streaming_test

import (
	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"context"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestPanicOfADriverLosesTheCamera(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		source := Source{ID: "faulty", Frames: func(context.Context, func(Mode)) iter.Seq2[Picture, error] {
			return func(yield func(Picture, error) bool) {
				yield(Picture{JPEG: streamtest.Tiny[0]}, nil)
				panic("half a marker")
			}
		}}
		feed := NewFeed(source, 0, slog.New(slog.NewTextHandler(&log, nil)))
		defer feed.Close()
		stop := watch(t, feed, 0)
		time.Sleep(100 * time.Millisecond)
		if status := expect(t, feed, Lost); !strings.Contains(status.Reason, "has a fault (half a marker); the camera is opened again") {
			t.Errorf("lost with %q", status.Reason)
		}
		stop()
		if !strings.Contains(log.String(), "TestPanicOfADriverLosesTheCamera") {
			t.Errorf("the log does not say where it was:\n%s", &log)
		}
	})
}

// A program may need long for its first picture.
func TestPatienceWithTheFirstPictureIsTheSources(t *testing.T) {
	for _, test := range []struct {
		patience, takes time.Duration
		want            State
	}{
		{0, 9 * time.Second, Live},
		{0, 11 * time.Second, Lost},
		{time.Minute, 45 * time.Second, Live},
		{time.Minute, 61 * time.Second, Lost},
	} {
		synctest.Test(t, func(t *testing.T) {
			source := Source{ID: "slow", Patience: test.patience, Frames: func(ctx context.Context, _ func(Mode)) iter.Seq2[Picture, error] {
				return func(yield func(Picture, error) bool) {
					select {
					case <-time.After(test.takes):
						yield(Picture{JPEG: streamtest.Tiny[0]}, nil)
						<-ctx.Done()
					case <-ctx.Done():
					}
				}
			}}
			feed := NewFeed(source, 0, slog.New(slog.DiscardHandler))
			defer feed.Close()
			stop := watch(t, feed, 0)
			time.Sleep(test.takes + 100*time.Millisecond)
			expect(t, feed, test.want)
			stop()
		})
	}
}
