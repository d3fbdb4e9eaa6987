package streaming_test

import (
	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A reason may have the camera's address in it, or what its program wrote.
func TestCardDoesNotTellViewersWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := func(reason string) []byte {
			b := streamtest.NewCamera()
			feed := b.Feed(t)
			why := errors.New(reason)
			b.Fail.Store(&why)
			stop := watch(t, feed, 0)
			defer stop()
			time.Sleep(600 * time.Millisecond) // the card is there, and the camera not opened again since
			if status := expect(t, feed, Lost); status.Reason != reason || status.ReasonForViewers() == reason {
				t.Errorf("%+v, for viewers %q", status, status.ReasonForViewers())
			}
			frame := feed.Newest()
			if frame == nil || frame.Card == nil {
				t.Fatal("no card")
			}
			defer frame.Release()
			return bytes.Clone(frame.JPEG)
		}
		if !bytes.Equal(card("10.0.0.5/door refuses the connection"), card("ffmpeg ended")) {
			t.Error("the reason is in the card")
		}
	})
}
