package recording

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/history"
	"fanlight/streaming/streamtest"
)

// hall is a recorder of a camera whose last pictures are kept.
func hall(t *testing.T) (*streamtest.Camera, *streaming.Feed, *Recorder) {
	t.Helper()
	b := streamtest.NewCamera()
	feed := b.Feed(t)
	past := history.New(feed, 64<<20, slog.New(slog.DiscardHandler))
	t.Cleanup(past.Close)
	return b, feed, New(feed, past, filepath.Join(t.TempDir(), "recordings"), func() string { return "Hall" }, nil, slog.New(slog.DiscardHandler))
}

// expectSaved saves the last seconds, and checks how long the file is.
func expectSaved(t *testing.T, r *Recorder, last, least, most time.Duration) {
	t.Helper()
	saved, err := r.SaveLast(last)
	if err != nil || len(saved.Files) != 1 || saved.Length < least || saved.Length > most {
		t.Fatalf("%+v, %v", saved, err)
	}
	p := streamtest.Probe(t, saved.Files[0])
	if info, err := os.Stat(saved.Files[0]); err != nil || len(p.Packets) != saved.Pictures || info.Size() != saved.Bytes {
		t.Errorf("%+v: %d pictures in the file of %d bytes, %v", saved, len(p.Packets), info.Size(), err)
	}
	if n := time.Duration(saved.Pictures - 1); n != saved.Length.Round(time.Second)*30/time.Second {
		t.Errorf("%d pictures in %v", saved.Pictures, saved.Length)
	}
}

func TestSaveLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, feed, r := hall(t)
		letGo := feed.Keep()
		time.Sleep(10 * time.Second)
		expectSaved(t, r, time.Minute, 9900*time.Millisecond, 10*time.Second) // all that there is
		time.Sleep(time.Minute)
		expectSaved(t, r, 30*time.Second, 29900*time.Millisecond, 30100*time.Millisecond)

		if err := r.Start(); err != nil { // while another one is running
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		expectSaved(t, r, 30*time.Second, 29900*time.Millisecond, 30100*time.Millisecond)
		r.Stop()
		if s := r.Status(); s.Err != nil || s.Pictures < 299 || s.Pictures > 301 {
			t.Errorf("the recording: %+v", s)
		}

		letGo()
		time.Sleep(10 * time.Minute) // the camera is off, and is not turned on for it
		expectSaved(t, r, 30*time.Second, 29900*time.Millisecond, 30100*time.Millisecond)
		if b.Opened.Load() != 1 || b.Open.Load() != 0 {
			t.Errorf("the camera was opened %d times", b.Opened.Load())
		}
		letGo = feed.Keep()
		defer letGo()
		time.Sleep(5 * time.Second) // what was before the gap is not of the last half minute
		expectSaved(t, r, 30*time.Second, 4900*time.Millisecond, 5*time.Second)
	})
}

func TestSaveLastOfNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, r := hall(t)
		if saved, err := r.SaveLast(30 * time.Second); !errors.Is(err, ErrNothingKept) || len(saved.Files) > 0 {
			t.Errorf("%+v, %v", saved, err)
		}
		if _, err := os.Stat(r.dir); err == nil || b.Opened.Load() > 0 {
			t.Error("a folder was made, or the camera opened")
		}
	})
}

func TestSaveLastIntoAFolderThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, r := hall(t)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(5 * time.Second)
		if err := os.WriteFile(r.dir, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := r.SaveLast(30 * time.Second); err == nil || !strings.Contains(err.Error(), "choose a folder that is yours") {
			t.Errorf("%v", err)
		}
	})
}

// Pictures of another size are in a file of their own.
func TestSaveLastOfTwoSizes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, feed, r := hall(t)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(5 * time.Second)
		larger := streamtest.Grey(128, 96)
		b.Picture.Store(&larger)
		time.Sleep(5 * time.Second)
		saved, err := r.SaveLast(30 * time.Second)
		if err != nil || len(saved.Files) != 2 || saved.Pictures < 290 {
			t.Errorf("%+v, %v", saved, err)
		}
	})
}
