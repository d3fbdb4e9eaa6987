package streaming_test

import (
	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"bytes"
	"context"
	"image/jpeg"
	"testing"
	"testing/synctest"
	"time"
)

// newest returns the picture that somebody who comes now is shown.
func newest(t *testing.T, feed *Feed) *Frame {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for frame := range feed.Frames(ctx) {
		return frame
	}
	t.Fatal("a new viewer is shown nothing")
	return nil
}

func TestPauseClosesTheCameraUnderItsViewersAndShowsThemACard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		large := streamtest.Grey(640, 480)
		b.Picture.Store(&large)
		feed := b.Feed(t)
		collected := cards(t, feed)
		time.Sleep(time.Second)
		feed.Pause()
		feed.Pause() // a second one changes nothing
		time.Sleep(10*time.Second - time.Millisecond)
		status := expect(t, feed, Paused)
		if status.Reason == "" || status.Measured != (Mode{}) || status.State.String() != "paused" {
			t.Errorf("%+v", status)
		}
		if b.Open.Load() != 0 || b.Opened.Load() != 1 {
			t.Errorf("open %d, opened %d times", b.Open.Load(), b.Opened.Load())
		}
		late := newest(t, feed)
		if late.Card == nil {
			t.Error("who comes later is shown a picture of the camera")
		}
		if b.Opened.Load() != 1 {
			t.Error("who comes later opens the camera")
		}
		feed.Resume()
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.Reason != "" || b.Opened.Load() != 2 {
			t.Errorf("%+v, opened %d times", status, b.Opened.Load())
		}
		shown := collected()
		if len(shown) != 10 {
			t.Fatalf("%d cards in ten seconds", len(shown))
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(shown[0].JPEG))
		if err != nil || config.Width != 640 || config.Height != 480 {
			t.Errorf("the card is %dx%d, %v", config.Width, config.Height, err)
		}
	})
}

func TestAnotherCameraChosenInAPauseStaysClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := streamtest.NewCamera(), streamtest.NewCamera()
		two.ID = "two"
		feed := one.Feed(t)
		collected := cards(t, feed)
		time.Sleep(time.Second)
		feed.Pause()
		time.Sleep(time.Second)
		feed.Use(two.Source())
		time.Sleep(time.Second)
		if status := expect(t, feed, Paused); status.CameraID != "two" || two.Opened.Load() != 0 || one.Open.Load() != 0 {
			t.Errorf("%+v, opened: %d, still open: %d", status, two.Opened.Load(), one.Open.Load())
		}
		feed.Resume()
		time.Sleep(time.Second)
		if status := expect(t, feed, Live); status.CameraID != "two" || one.Opened.Load() != 1 {
			t.Errorf("%+v, the first was opened %d times", status, one.Opened.Load())
		}
		shown := collected()
		if bytes.Equal(shown[0].JPEG, shown[len(shown)-1].JPEG) {
			t.Error("the card goes on naming the camera of before")
		}
	})
}

func TestAPauseNeedsNoViewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		feed.Resume() // without a pause
		expect(t, feed, Off)
		feed.Pause()
		expect(t, feed, Paused)
		first := newest(t, feed)
		time.Sleep(time.Hour)
		if later := newest(t, feed); later.Seq > first.Seq+1 {
			t.Errorf("%d cards were made for nobody", later.Seq-first.Seq)
		}
		feed.Resume()
		expect(t, feed, Off)
		if n := b.Opened.Load(); n != 0 {
			t.Errorf("opened %d times with nobody watching", n)
		}
		feed.Pause()
		feed.Close()
		feed.Pause()
		feed.Resume()
	})
}

// TestPauseAndResumeWhileTheCameraCloses resumes before the camera is closed, which
// then must not be opened twice: the camera panics if it is.
func TestPauseAndResumeWhileTheCameraCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		b.SlowClose = 300 * time.Millisecond
		feed := b.Feed(t)
		defer watch(t, feed, 0)()
		for range 5 {
			time.Sleep(100 * time.Millisecond)
			feed.Pause()
			time.Sleep(100 * time.Millisecond)
			feed.Resume()
		}
		time.Sleep(3 * time.Second)
		if status := expect(t, feed, Live); status.Dropped > 0 || b.Open.Load() != 1 {
			t.Errorf("%+v, open %d times", status, b.Open.Load())
		}
	})
}

func TestPauseEndsALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		gone := error(unplugged{})
		b.Fail.Store(&gone)
		feed := b.Feed(t)
		defer watch(t, feed, 0)()
		time.Sleep(2 * time.Second)
		expect(t, feed, Lost)
		feed.Pause()
		tried := b.Opened.Load()
		time.Sleep(time.Minute)
		if status := expect(t, feed, Paused); status.Unplugged || b.Opened.Load() != tried {
			t.Errorf("%+v, opened %d times more", status, b.Opened.Load()-tried)
		}
	})
}
