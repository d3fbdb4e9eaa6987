package matroska

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/streamtest"
)

var begin = time.Date(2026, time.March, 2, 9, 5, 7, 123_000_000, time.UTC)

// irregular are the times of pictures of a camera that does not keep its rate, and of one
// that takes a long pause, in milliseconds.
func irregular(n int) []int64 {
	random := rand.New(rand.NewPCG(1, 2))
	var all []int64
	at := int64(0)
	for i := range n {
		all = append(all, at)
		at += 10 + random.Int64N(80)
		if i == n/2 {
			at += 40_000 // longer than the times in one cluster reach
		}
	}
	return all
}

// record writes a file of pictures at these times. It closes the file only if whole is set.
func record(t *testing.T, path string, times []int64, whole bool) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := NewWriter(file, 64, 48, "Door", begin)
	if err != nil {
		t.Fatal(err)
	}
	picture := streamtest.Grey(64, 48)
	for _, at := range times {
		if err := w.Write(picture, begin.Add(time.Duration(at)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	if whole {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTimesAndPicturesAreExact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mkv")
	times := irregular(400)
	record(t, path, times, true)
	p := streamtest.Probe(t, path)
	if len(p.Packets) != len(times) {
		t.Fatalf("%d pictures, want %d", len(p.Packets), len(times))
	}
	for i, packet := range p.Packets {
		if got := streamtest.Milliseconds(t, packet.Time); got != times[i] || packet.Size != strconv.Itoa(len(streamtest.Grey(64, 48))) {
			t.Fatalf("picture %d at %d ms with %s bytes, want %d ms", i, got, packet.Size, times[i])
		}
	}
	if last := times[len(times)-1]; streamtest.Milliseconds(t, p.Format.Duration) != last+33 {
		t.Errorf("%s long, want %d ms", p.Format.Duration, last+33)
	}
	if p.Format.Tags.Created != "2026-03-02T09:05:07.123000Z" || p.Format.Tags.Title != "Door" {
		t.Errorf("made %+v", p.Format.Tags)
	}
}

// A recorder that is killed leaves a file that shows its length and is sought in, to within
// the last second.
func TestFileThatWasNotClosedIsPlayedAndSoughtIn(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for n := range 30 {
		times := irregular(400)[:100+random.IntN(300)]
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.mkv")
			record(t, path, times, false)
			p := streamtest.Probe(t, path)
			if len(p.Packets) != len(times) {
				t.Errorf("%d pictures, want %d", len(p.Packets), len(times))
			}
			last := times[len(times)-1]
			if long := streamtest.Milliseconds(t, p.Format.Duration); long > last+33 || last-long > 1100 {
				t.Errorf("%d ms long, the last picture is at %d ms", long, last)
			}
			middle := times[len(times)/2]
			found := streamtest.Probe(t, path, "-read_intervals", fmt.Sprintf("%d.%03d%%+#1", middle/1000, middle%1000))
			if len(found.Packets) != 1 || middle-streamtest.Milliseconds(t, found.Packets[0].Time) > 1100 {
				t.Errorf("seeking to %d ms leads to %+v", middle, found.Packets)
			}
		})
	}
}

// A file that was cut anywhere gives all its whole pictures.
func TestFileThatWasCut(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.mkv")
	record(t, whole, irregular(200), false)
	content, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	for n := range 10 {
		at := reserve + 2000 + random.IntN(len(content)-reserve-2000)
		path := filepath.Join(dir, fmt.Sprintf("%d.mkv", n))
		if err := os.WriteFile(path, content[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := processtest.Command(t, time.Minute, "ffmpeg", "-v", "error", "-i", path, "-f", "null", "-").CombinedOutput()
		if err != nil || strings.Contains(string(out), "rror while decoding") {
			t.Errorf("cut at %d: %v: %s", at, err, out)
		}
	}
}

// The index has room for any length: of a recording of ten hours every second cue goes, as
// often as it takes.
func TestIndexKeepsWithinItsRoom(t *testing.T) {
	var x index
	for n := range 10 * 3600 {
		if err := x.add(time.Duration(n)*time.Second, int64(n)*3_000_000); err != nil {
			t.Fatal(err)
		}
		if made := len(x.bytes()); made > reserve || n > 5000 && len(x.cues) < 1000 {
			t.Fatalf("after %d s: %d bytes with %d cues", n, made, len(x.cues))
		}
	}
}

func TestTimesDoNotGoBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mkv")
	record(t, path, []int64{0, 100, 50, -20, 130}, true)
	var got []int64
	for _, packet := range streamtest.Probe(t, path).Packets {
		got = append(got, streamtest.Milliseconds(t, packet.Time))
	}
	if want := "[0 100 100 100 130]"; fmt.Sprint(got) != want {
		t.Errorf("at %v, want %s", got, want)
	}
}

// small is a disk with room for some bytes.
type small struct {
	*os.File
	room int
}

func (s *small) Write(p []byte) (int, error) {
	if len(p) > s.room {
		n, _ := s.File.Write(p[:s.room])
		s.room = 0
		return n, &os.PathError{Op: "write", Path: s.Name(), Err: syscall.ENOSPC}
	}
	s.room -= len(p)
	return s.File.Write(p)
}

// A disk that is full leaves a file of whole pictures.
func TestDiskThatIsFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mkv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture := streamtest.Grey(64, 48)
	w, err := NewWriter(&small{file, reserve + 1000 + 40*len(picture)}, 64, 48, "Door", begin)
	if err != nil {
		t.Fatal(err)
	}
	written := 0
	for err == nil {
		if err = w.Write(picture, begin.Add(time.Duration(written)*100*time.Millisecond)); err == nil {
			written++
		}
	}
	if !errors.Is(err, syscall.ENOSPC) || written < 30 {
		t.Fatalf("%d pictures: %v", written, err)
	}
	if err := file.Truncate(w.Size()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if p := streamtest.Probe(t, path); len(p.Packets) != written || streamtest.Milliseconds(t, p.Format.Duration) != int64(written-1)*100+33 {
		t.Errorf("%d pictures of %s s, want %d", len(p.Packets), p.Format.Duration, written)
	}
}
