package recording

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/history"
	"fanlight/streaming/streamtest"
)

// door is a recorder of a bench camera into a folder.
func door(t *testing.T) (*streamtest.Camera, *Recorder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "recordings")
	b := streamtest.NewCamera()
	return b, recorder(t, b, dir, func() string { return "Door" }), dir
}

// recorder returns one of a camera's feed, with a history that keeps nothing unless it is
// asked to.
func recorder(t *testing.T, b *streamtest.Camera, dir string, name func() string) *Recorder {
	feed := b.Feed(t)
	past := history.New(feed, 0, slog.New(slog.DiscardHandler))
	t.Cleanup(past.Close)
	return New(feed, past, dir, name, nil, slog.New(slog.DiscardHandler))
}

// files are the names in a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestRecorderKeepsTheCameraOnAndWritesEveryPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, r, dir := door(t)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		status := r.Status()
		if !status.Recording || status.Pictures < 29*60 || status.Bytes < 64<<10 || status.Lost > 0 {
			t.Errorf("after a minute: %+v", status)
		}
		r.Stop()
		r.Stop()
		status = r.Status()
		if status.Recording || status.Err != nil || !slices.Equal(files(t, dir), []string{filepath.Base(status.File)}) {
			t.Errorf("at the end: %+v", status)
		}
		p := streamtest.Probe(t, status.File)
		if uint64(len(p.Packets)) != status.Pictures {
			t.Errorf("%d pictures in the file, %d recorded", len(p.Packets), status.Pictures)
		}
	})
}

// A camera that is lost and comes back goes on in the same file, with a gap.
func TestLossIsAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r, dir := door(t)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		gone := errors.New("gone")
		b.Fail.Store(&gone)
		time.Sleep(20 * time.Second)
		b.Fail.Store(nil)
		time.Sleep(20 * time.Second)
		r.Stop()
		if names := files(t, dir); len(names) != 1 {
			t.Fatalf("files %q", names)
		}
		longest, before := int64(0), int64(0)
		for _, packet := range streamtest.Probe(t, r.Status().File).Packets {
			at := streamtest.Milliseconds(t, packet.Time)
			longest, before = max(longest, at-before), at
		}
		if longest < 19_000 {
			t.Errorf("the longest gap is %d ms", longest)
		}
	})
}

// Pictures of another size need a file of their own.
func TestAnotherSizeIsAnotherFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r, dir := door(t)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		larger := streamtest.Grey(128, 96)
		b.Picture.Store(&larger)
		time.Sleep(5 * time.Second)
		r.Stop()
		if names := files(t, dir); len(names) != 2 || strings.Contains(names[0], "(2)") {
			t.Errorf("files %q", names)
		}
	})
}

func TestFolderThatTakesNothing(t *testing.T) {
	b := streamtest.NewCamera()
	plain := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := recorder(t, b, filepath.Join(plain, "recordings"), func() string { return "Door" })
	if err := r.Start(); err == nil || !strings.Contains(err.Error(), "choose a folder that is yours") {
		t.Errorf("%v", err)
	}
	if r.Status().Recording {
		t.Error("is recording")
	}
}

// A disk that is gone ends the recording in words, and nothing else.
func TestDiskThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, r, dir := door(t)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		if s := r.Status(); s.Recording || s.Err == nil || !strings.Contains(s.Err.Error(), dir) {
			t.Errorf("%+v", s)
		}
		if err := r.Start(); err != nil {
			t.Errorf("cannot record again: %v", err)
		}
		time.Sleep(5 * time.Second)
		r.Stop()
		if s := r.Status(); s.Err != nil || s.Pictures == 0 {
			t.Errorf("%+v", s)
		}
	})
}
