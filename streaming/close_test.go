package streaming_test

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"testing"
	"testing/synctest"

	"fanlight/streaming"
)

func TestCloseWaitsForACardThatIsBeingDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := streaming.Source{ID: "broken", Frames: func(context.Context, func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
			return func(yield func(streaming.Picture, error) bool) { yield(streaming.Picture{}, errors.New("broken")) }
		}}
		feed := streaming.NewFeed(source, 0, slog.New(slog.DiscardHandler))
		delivering, proceed, closed := make(chan struct{}), make(chan struct{}), make(chan struct{})
		stop := feed.Attend(func(*streaming.Frame) {
			close(delivering)
			<-proceed
		})
		<-delivering
		go func() {
			defer close(closed)
			feed.Close()
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Error("the feed is closed while its card is being delivered")
		default:
		}
		close(proceed)
		<-closed
		stop()
	})
}
