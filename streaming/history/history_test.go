package history

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// lounge is a camera of 30 fps, its feed, and a history of it.
func lounge(t *testing.T, most int) (*streamtest.Camera, *streaming.Feed, *History) {
	t.Helper()
	b := streamtest.NewCamera()
	feed := b.Feed(t)
	h := New(feed, most, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(h.Close)
	return b, feed, h
}

// watch keeps the camera on for a while.
func watch(feed *streaming.Feed, d time.Duration) {
	letGo := feed.Keep()
	time.Sleep(d)
	letGo()
}

// off waits until the camera is off.
func off() { time.Sleep(streaming.DefaultIdle + time.Second) }

// seqs are the numbers of what is kept, in order.
func seqs(t *testing.T, h *History) (all []uint64) {
	t.Helper()
	f, _ := h.At(time.Time{})
	for f != nil {
		if all = append(all, f.Seq); f.Card != nil || f.Width != streamtest.TinyWidth {
			t.Errorf("%d is a card", f.Seq)
		}
		next, err := h.After(f)
		if err != nil {
			t.Fatal(err)
		}
		f.Release()
		f = next
	}
	return all
}

const plenty = 64 << 20

func TestHistoryDoesNotKeepTheCameraOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, feed, h := lounge(t, plenty)
		time.Sleep(time.Minute)
		if b.Opened.Load() > 0 {
			t.Error("it was turned on")
		}
		watch(feed, 10*time.Second)
		off()
		if b.Open.Load() > 0 {
			t.Error("it is still on")
		}
		if n := len(seqs(t, h)); n < 590 || n > 605 { // and ten seconds idle
			t.Errorf("%d pictures", n)
		}
	})
}

// Bytes are bounded, and what is pushed out is the oldest.
func TestHistoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h := lounge(t, 200<<10)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(time.Minute)
		synctest.Wait()
		all := seqs(t, h)
		newest := feed.Newest()
		defer newest.Release()
		if last := all[len(all)-1]; last != newest.Seq || uint64(len(all)) != last-all[0]+1 {
			t.Errorf("%d to %d, %d pictures; the newest is %d", all[0], last, len(all), newest.Seq)
		}
		if s := h.Span(); s.Bytes > 200<<10 || s.Bytes < 195<<10 || s.Most != 200<<10 {
			t.Errorf("%+v", s)
		}
		h.SetMost(50 << 10)
		if s := h.Span(); s.Bytes > 50<<10 || s.Bytes < 45<<10 {
			t.Errorf("after less is allowed: %+v", s)
		}
		h.SetMost(0)
		time.Sleep(time.Second)
		if s := h.Span(); s != (Span{}) || len(h.Sections()) > 0 {
			t.Errorf("after nothing is allowed: %+v %v", s, h.Sections())
		}
		stop := h.Reserve(100 << 10)
		time.Sleep(time.Minute)
		if s := h.Span(); s.Bytes > 100<<10 || s.Bytes < 95<<10 {
			t.Errorf("with a reserve: %+v", s)
		}
		if stop(); h.Span() != (Span{}) {
			t.Errorf("without a reserve: %+v", h.Span())
		}
	})
}

// The estimate is what is found once the history is full.
func TestWhatTheBoundIsWorth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h := lounge(t, 2<<20)
		if s := h.Span(); s.Worth != 0 {
			t.Errorf("of no picture: %+v", s)
		}
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(3 * time.Second)
		early := h.Span()
		time.Sleep(5 * time.Minute)
		full := h.Span()
		if early.Kept.Round(time.Second) != 3*time.Second || early.Worth < full.Kept*9/10 || early.Worth > full.Kept*11/10 {
			t.Errorf("after 3 s %+v, when full %+v", early, full)
		}
		h.SetMost(1 << 30)
		if s := h.Span(); s.Worth != time.Hour {
			t.Errorf("of a gigabyte: %+v", s)
		}
	})
}

// Pictures go after an hour, whether the camera is on or off.
func TestPicturesGoAfterAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h := lounge(t, 1<<30)
		watch(feed, 2*time.Hour)
		if kept := h.Span().Kept; kept < 59*time.Minute || kept > 61*time.Minute {
			t.Errorf("on for two hours: %v", kept)
		}
		off()
		time.Sleep(30 * time.Minute)
		if kept := h.Span().Kept; kept < 29*time.Minute || kept > 31*time.Minute {
			t.Errorf("off for half an hour: %v", kept)
		}
		time.Sleep(30 * time.Minute)
		if s := h.Span(); s.Kept != 0 || s.Bytes != 0 {
			t.Errorf("off for an hour: %+v", s)
		}
	})
}

// Each time that the camera is on is a section, and no card is in it.
func TestSections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, feed, h := lounge(t, plenty)
		began := time.Now()
		watch(feed, 5*time.Second)
		off()
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(5 * time.Second)
		gone := errors.New("gone")
		b.Fail.Store(&gone)
		time.Sleep(10 * time.Second)
		b.Fail.Store(nil)
		time.Sleep(10 * time.Second)
		feed.Pause()
		time.Sleep(time.Minute)
		if n := len(seqs(t, h)); n == 0 {
			t.Error("what was before the pause is gone")
		}
		feed.Resume()
		time.Sleep(5 * time.Second)

		sections, pictures := h.Sections(), 0
		if len(sections) != 4 || !sections[0].From.Equal(began) {
			t.Fatalf("%v", sections)
		}
		for n, s := range sections {
			pictures += s.Pictures
			if n == 0 {
				continue
			}
			before := sections[n-1]
			if s.From.Sub(before.To) < time.Second {
				t.Errorf("section %d begins %v after the one before", n, s.From.Sub(before.To))
			}
			f, _ := h.At(s.From.Add(-time.Millisecond))
			if !f.Taken.Truncate(time.Microsecond).Equal(before.To) {
				t.Errorf("in the gap before section %d there is a picture of %v", n, f.Taken)
			}
			f.Release()
		}
		if gap := sections[3].From.Sub(sections[2].To); gap < time.Minute {
			t.Errorf("the pause lasts %v", gap)
		}
		if n := len(seqs(t, h)); n != pictures {
			t.Errorf("%d pictures, %d in the sections", n, pictures)
		}
	})
}

// Nothing of a camera is shown once another is chosen; new settings change nothing.
func TestAnotherCameraEmptiesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, feed, h := lounge(t, plenty)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(5 * time.Second)
		same := b.Source()
		same.Asked.FPS = 10
		feed.Use(same)
		time.Sleep(5 * time.Second)
		if n := len(seqs(t, h)); n < 150 {
			t.Errorf("with other settings %d pictures are left", n)
		}
		other := streamtest.NewCamera()
		other.ID = "other"
		before := feed.Newest()
		defer before.Release()
		feed.Use(other.Source())
		old := func() bool { // the other camera may have delivered its first picture
			return slices.ContainsFunc(seqs(t, h), func(seq uint64) bool { return seq <= before.Seq })
		}
		if old() {
			t.Errorf("with another camera there are %+v %v", h.Span(), h.Sections())
		}
		h.add(before) // one that was under way
		if old() {
			t.Error("pictures of the one before came later")
		}
		time.Sleep(5 * time.Second)
		if n := len(seqs(t, h)); n < 140 {
			t.Errorf("%d pictures of the other one", n)
		}
		feed.Pause()
		feed.Use(b.Source())
		if n := len(seqs(t, h)); n != 0 {
			t.Errorf("chosen in a pause: %d pictures", n)
		}
	})
}

func TestClockThatIsSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		_, feed, h := lounge(t, plenty)
		h.log = slog.New(slog.NewTextHandler(&log, nil))
		began := time.Now()
		var off atomic.Int64
		h.clock = func() (time.Time, time.Duration) { return time.Now().Add(time.Duration(off.Load())), time.Since(began) }
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(5 * time.Second)
		off.Store(int64(-500 * time.Millisecond)) // corrected
		time.Sleep(5 * time.Second)
		if n := len(seqs(t, h)); n < 290 || log.Len() > 0 {
			t.Errorf("%d pictures, log %q", n, &log)
		}
		off.Store(int64(-time.Hour))
		time.Sleep(time.Second)
		if n := len(seqs(t, h)); n < 25 || n > 35 || strings.Count(log.String(), "clock was set back") != 1 {
			t.Errorf("%d pictures, log %q", n, &log)
		}
		off.Store(0) // set forward
		time.Sleep(time.Second)
		h.mu.Lock()
		defer h.mu.Unlock()
		for n := 1; n < h.kept.len(); n++ {
			if h.kept.at(n).taken.Before(h.kept.at(n - 1).taken) {
				t.Fatal("times out of order")
			}
		}
	})
}
