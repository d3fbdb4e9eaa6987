package library

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fanlight/streaming/matroska"
	"fanlight/streaming/streamtest"
)

func TestRecordingIsAPast(t *testing.T) {
	l, dir := shelf(t)
	record(t, filepath.Join(dir, "a.mkv"), 40)
	r, err := l.Open("a.mkv")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	sections := r.Sections()
	if got := fmt.Sprint(sections[0].From.Sub(begin), sections[0].To.Sub(begin), sections[1].From.Sub(begin), sections[1].To.Sub(begin)); len(sections) != 2 ||
		got != "0s 1.9s 1m2s 1m3.9s" || sections[0].Pictures != 20 || sections[1].Pictures != 20 {
		t.Errorf("sections %+v", sections)
	}
	f, err := r.At(begin.Add(-time.Hour))
	for n := range 40 {
		if err != nil || f == nil || !f.Taken.Equal(takenAt(n, 40)) || !bytes.Equal(f.JPEG, streamtest.Tiny[n%3]) || f.Run != uint64(1+n/20) {
			t.Fatalf("picture %d is %+v (%v)", n, f, err)
		}
		if at, err := r.At(f.Taken); err != nil || at.Seq != f.Seq {
			t.Errorf("at the time of picture %d is %+v (%v)", n, at, err)
		}
		if n < 39 {
			f, err = r.After(f)
		}
	}
	if none, err := r.After(f); none != nil || err != nil || r.Grown() != nil {
		t.Errorf("behind the last one is %+v (%v)", none, err)
	}
	for n := 38; n >= 0; n-- {
		if f, err = r.Before(f); err != nil || !f.Taken.Equal(takenAt(n, 40)) {
			t.Fatalf("in front is %+v (%v), want picture %d", f, err, n)
		}
	}
	if none, err := r.Before(f); none != nil || err != nil {
		t.Errorf("in front of the first one is %+v (%v)", none, err)
	}
}

// Pictures that no decoder can take are gone over.
func TestBrokenPicturesAreGoneOver(t *testing.T) {
	l, dir := shelf(t)
	path := filepath.Join(dir, "a.mkv")
	record(t, path, 12)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(content, streamtest.Tiny[0], make([]byte, len(streamtest.Tiny[0]))), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := l.Open("a.mkv")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n := 0
	f, err := r.At(r.Begin)
	for ; f != nil && err == nil; f, err = r.After(f) {
		if !streamtest.IsOriginal(f.JPEG) {
			t.Errorf("picture %d is broken", n)
		}
		n++
	}
	if n != 8 || err != nil {
		t.Errorf("%d pictures (%v), want 8", n, err)
	}
}

// Huge pictures that are broken are not gone over for long: each is read whole. Small ones are.
func TestHugeBrokenPicturesAreGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		bytes int
		plays bool
	}{"small": {1 << 20, true}, "huge": {30 << 20, false}} {
		l, dir := shelf(t)
		file, err := os.Create(filepath.Join(dir, "a.mkv"))
		if err != nil {
			t.Fatal(err)
		}
		w, err := matroska.NewWriter(file, streamtest.TinyWidth, streamtest.TinyHeight, "Door", begin)
		if err != nil {
			t.Fatal(err)
		}
		broken := make([]byte, c.bytes)
		for n := range 4 {
			picture := broken
			if n == 3 {
				picture = streamtest.Tiny[0]
			}
			if err := w.Write(picture, begin.Add(time.Duration(n)*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), file.Close()); err != nil {
			t.Fatal(err)
		}
		if plays := len(names(t, l)) == 1; plays != c.plays {
			t.Errorf("%s: listed %v", name, plays)
		}
	}
}
