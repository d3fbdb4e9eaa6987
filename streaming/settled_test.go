package streaming_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	. "fanlight/streaming"
	"fanlight/streaming/streamtest"
)

func TestSettledPictureIsNotTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		start := time.Now()
		for n, least := range []time.Duration{time.Second, 0} { // the second time it is on already
			frame := feed.Settled(t.Context())
			if frame == nil || frame.Card != nil || !streamtest.IsOriginal(frame.JPEG) {
				t.Fatalf("%d: %+v", n, frame)
			}
			frame.Release()
			if took := time.Since(start); took < least || took > least+100*time.Millisecond {
				t.Errorf("%d: waited %v", n, took)
			}
			start = time.Now()
		}
		time.Sleep(DefaultIdle + time.Second)
		synctest.Wait()
		if b.Open.Load() != 0 {
			t.Error("the camera stays on")
		}
	})
}

// A camera that takes a picture an hour has one to give at once.
func TestSettledPictureOfASlowCamera(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		b.FPS = 1.0 / 3600
		start := time.Now()
		frame := b.Feed(t).Settled(t.Context())
		if frame == nil || time.Since(start) > 2*time.Second {
			t.Fatalf("%v after %v", frame, time.Since(start))
		}
		frame.Release()
	})
}

func TestSettledPictureIsNoCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		gone := errors.New("gone")
		b.Fail.Store(&gone)
		feed := b.Feed(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		time.AfterFunc(20*time.Second, func() { b.Fail.Store(nil) })
		start := time.Now()
		frame := feed.Settled(ctx)
		if frame == nil || frame.Card != nil || time.Since(start) < 20*time.Second {
			t.Fatalf("%+v after %v", frame, time.Since(start))
		}
		frame.Release()
		b.Fail.Store(&gone)
		time.Sleep(time.Second)
		short, done := context.WithTimeout(t.Context(), 3*time.Second)
		defer done()
		if frame := feed.Settled(short); frame != nil {
			t.Errorf("of a lost camera: %+v", frame)
		}
	})
}
