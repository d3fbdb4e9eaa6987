package library

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fanlight/streaming/matroska"
	"fanlight/streaming/streamtest"
)

// opusHead is the header of a track of sound, of mono and no pre-skip.
var opusHead = append([]byte("OpusHead\x01\x01\x00\x00\x80\xBB\x00\x00"), 0, 0, 0)

const packetLength = 20 * time.Millisecond

// recordSound writes a recording of a picture each 100 ms, with sound, of some packets.
func recordSound(t *testing.T, path string, packets int, pictures bool) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := matroska.NewWriterWithSound(file, streamtest.TinyWidth, streamtest.TinyHeight, "Door", begin, opusHead)
	if err != nil {
		t.Fatal(err)
	}
	for n := range packets {
		taken := begin.Add(time.Duration(n) * packetLength)
		if pictures && n%5 == 0 {
			err = w.Write(streamtest.Tiny[n%3], taken)
		}
		if err == nil {
			err = w.WriteSound([]byte(fmt.Sprint("packet ", n)), taken)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// A recording yields its sound, from any moment, with when it was captured; and where its
// clusters are, also without any.
func TestSoundOfARecording(t *testing.T) {
	l, dir := shelf(t)
	recordSound(t, filepath.Join(dir, "a.mkv"), 300, true)
	r, err := l.Open("a.mkv")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, first := range []int{0, 111, 299} {
		next, marks := -1, 0
		for p, err := range r.Sound(t.Context(), begin.Add(time.Duration(first)*packetLength)) {
			if err != nil {
				t.Fatal(err)
			}
			if p.Opus == nil {
				marks++
				continue
			}
			n := int(p.Taken.Sub(begin) / packetLength)
			if string(p.Opus) != fmt.Sprint("packet ", n) || next >= 0 && n != next || next < 0 && (n > first || n < first-150) {
				t.Fatalf("from packet %d: %q of %v", first, p.Opus, p.Taken)
			}
			next = n + 1
		}
		if next != 300 || marks == 0 || !r.HasSound() {
			t.Errorf("from packet %d to %d, %d marks", first, next, marks)
		}
	}
}

// Sound without pictures is no recording that can be shown.
func TestSoundAloneIsNotListed(t *testing.T) {
	l, dir := shelf(t)
	recordSound(t, filepath.Join(dir, "a.mkv"), 100, false)
	record(t, filepath.Join(dir, "b.mkv"), 10)
	if listed := names(t, l); len(listed) != 1 || listed[0] != "b.mkv" {
		t.Errorf("listed %q", listed)
	}
	r, err := l.Open("b.mkv")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.HasSound() {
		t.Error("pictures alone have sound")
	}
}

// A file with damages anywhere is refused or yields what is left of its sound, to an end.
func TestDamagedSoundOfARecording(t *testing.T) {
	l, dir := shelf(t)
	path := filepath.Join(dir, "a.mkv")
	recordSound(t, path, 120, true)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		damaged := append([]byte(nil), content...)
		for range 1 + random.IntN(5) {
			at := random.IntN(len(damaged))
			for content[at] == 0 { // most of it is room for the index
				at = random.IntN(len(damaged))
			}
			damaged[at] = byte(random.Uint32())
		}
		damaged = damaged[:len(damaged)-random.IntN(2)*random.IntN(len(damaged)/2)]
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := l.Open("a.mkv")
		if err != nil {
			continue
		}
		n := 0
		for p, err := range r.Sound(context.Background(), r.Begin) {
			if n++; n > len(content) || err == nil && len(p.Opus) > len(content) {
				t.Fatalf("packet %d of %d bytes, %v", n, len(p.Opus), err)
			}
		}
		r.Close()
	}
}
