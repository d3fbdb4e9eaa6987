package streaming_test

import (
	"context"
	"iter"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	. "fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// A picture cannot have been taken after it arrived, whatever the driver's clock says.
func TestPicturesOfTheFutureWereTakenNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := NewFeed(Source{ID: "ahead", Frames: func(ctx context.Context, _ func(Mode)) iter.Seq2[Picture, error] {
			return func(yield func(Picture, error) bool) {
				for yield(Picture{JPEG: streamtest.Tiny[0], Taken: time.Now().Add(time.Hour)}, nil) {
					select {
					case <-time.After(time.Second / 10):
					case <-ctx.Done():
						return
					}
				}
			}
		}}, 0, slog.New(slog.DiscardHandler))
		defer feed.Close()
		n := 0
		stop := feed.Attend(func(f *Frame) {
			if n++; !f.Taken.Equal(time.Now()) {
				t.Errorf("at %v comes a picture of %v", time.Now(), f.Taken)
			}
		})
		time.Sleep(time.Second)
		stop()
		if n < 10 {
			t.Errorf("%d pictures came", n)
		}
	})
}
