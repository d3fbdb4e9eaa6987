package streaming_test

import (
	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// cards collects the cards that a viewer gets.
func cards(t *testing.T, feed *Feed) (collected func() []*Frame) {
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	var shown []*Frame
	watching.Go(func() {
		for f := range feed.Frames(ctx) {
			if f.Card != nil {
				f.Hold() // for good
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
		b := streamtest.NewCamera()
		large := streamtest.Grey(640, 480)
		b.Picture.Store(&large)
		feed := b.Feed(t)
		collected := cards(t, feed)
		time.Sleep(time.Second)
		gone := fmt.Errorf("Bench is unplugged: plug it in again%w", unplugged{})
		b.Fail.Store(&gone)
		time.Sleep(10 * time.Second)
		if status := expect(t, feed, Lost); !status.Unplugged || status.Pictures > 32 {
			t.Errorf("%+v", status)
		}
		b.Fail.Store(nil)
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
			if gap := f.Taken.Sub(shown[i].Taken); gap != CardEvery {
				t.Errorf("card %d comes %v after the one before", i+1, gap)
			}
		}
	})
}

func TestACameraThatIsBackAtOnceShowsNoCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		collected := cards(t, feed)
		time.Sleep(time.Second)
		gone := errors.New("hiccup")
		b.Fail.Store(&gone)
		time.Sleep(50 * time.Millisecond)
		b.Fail.Store(nil)
		time.Sleep(2 * time.Second)
		expect(t, feed, Live)
		if n := len(collected()); n != 0 {
			t.Errorf("%d cards", n)
		}
	})
}

// unplugged makes an error wrap ErrUnplugged, and leaves its text as it is.
type unplugged struct{}

func (unplugged) Error() string        { return "" }
func (unplugged) Is(target error) bool { return target == ErrUnplugged }
