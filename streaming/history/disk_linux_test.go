package history

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/matroska"
	"fanlight/streaming/replay"
	"fanlight/streaming/streamtest"
)

// onDisk returns a folder on a disk.
func onDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if !inMemory(dir) {
		return dir
	}
	dir, err := os.MkdirTemp(".", "testdata-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// cellar is a lounge with pictures of 20 KB that carry their numbers, of which 16 MB are kept in
// memory, for 20 seconds or so, and the last minutes on disk.
func cellar(t *testing.T, length time.Duration) (*streamtest.Camera, *streaming.Feed, *History, Disk) {
	t.Helper()
	b, feed, h := lounge(t, 0)
	b.Stamps = true
	comment := append([]byte{0xFF, 0xFE, 20_000 >> 8, 20_000 & 0xFF}, make([]byte, 20_000-2)...)
	large := bytes.Join([][]byte{streamtest.Tiny[0][:2], comment, streamtest.Tiny[0][2:]}, nil)
	b.Picture.Store(&large)
	d := Disk{Dir: filepath.Join(onDisk(t), "history"), Length: length, Report: func(err error) {
		if err != nil {
			t.Error(err)
		}
	}}
	return b, feed, h, d
}

func keep(t *testing.T, h *History, d Disk) {
	t.Helper()
	if err := h.KeepOnDisk(d); err != nil {
		t.Fatal(err)
	}
}

// files are the segments that programs have in a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*", "*.mkv"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// number is that of a picture.
func number(t *testing.T, f *streaming.Frame) uint64 {
	t.Helper()
	n, ok := streamtest.Stamp(f.JPEG)
	if !ok || f.Width != streamtest.TinyWidth || f.Card != nil || f.Shot != n+1 {
		t.Fatalf("picture %d of %d pixels is numbered %d", f.Shot, f.Width, n)
	}
	return n
}

// Each viewer sees every picture from a moment on, once and in order, whether that was on disk,
// in memory, or nowhere yet.
func TestViewersOverTheSeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h, d := cellar(t, 10*time.Minute)
		keep(t, h, d)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(90 * time.Second)
		if kept := h.Span().Kept; kept < 10*time.Second || kept > 30*time.Second {
			t.Fatalf("in memory are %v", kept)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var seen [4]atomic.Uint64
		for n, ago := range []time.Duration{time.Hour, time.Minute, 25 * time.Second, 5 * time.Second} {
			speed := []float64{1, 2, 1, 1}[n]
			go func() {
				var last uint64
				for f, err := range replay.Play(ctx, h, time.Now().Add(-ago), speed, streaming.AtOnce) {
					if err != nil {
						t.Error(err)
						return
					}
					if now := number(t, f); seen[n].Add(1) > 1 && now != last+1 {
						t.Errorf("viewer %d sees %d behind %d", n, now, last)
					}
					last = number(t, f)
				}
			}()
		}
		time.Sleep(70 * time.Second)
		cancel()
		synctest.Wait()
		for n, least := range []uint64{69 * 30, 129 * 30, 69 * 30, 69 * 30} {
			if pictures := seen[n].Load(); pictures < least || pictures > least+60 {
				t.Errorf("viewer %d has seen %d pictures", n, pictures)
			}
		}
	})
}

// Every picture is found from its neighbours and by its time, and is as it came.
func TestStepsOverTheSeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, feed, h, d := cellar(t, 10*time.Minute)
		var came []time.Time
		defer feed.Follow(func(f *streaming.Frame) { came = append(came, f.Taken) })()
		h.SetMost(leastKept)
		watch(feed, 5*time.Second)
		keep(t, h, d) // what is in memory already is kept, too
		watch(feed, 30*time.Second)
		off()
		watch(feed, 40*time.Second)
		off()
		var back []uint64
		f, _ := h.At(time.Time{})
		for n := uint64(0); f != nil; n++ {
			if number(t, f) != n || len(f.JPEG) != len(*b.Picture.Load())+12 {
				t.Fatalf("%d: picture %d of %d bytes", n, number(t, f), len(f.JPEG))
			}
			taken := came[n].Round(0).Truncate(time.Microsecond)
			if found, _ := h.At(taken); found.Seq != f.Seq || !found.Taken.Truncate(time.Microsecond).Equal(taken) {
				t.Fatalf("at %v is %d of %v", taken, found.Seq, found.Taken)
			}
			if before, _ := h.At(taken.Add(-time.Microsecond)); n > 0 && before.Seq != back[len(back)-1] {
				t.Fatalf("before %d is %d", f.Seq, before.Seq)
			}
			back = append(back, f.Seq)
			f, _ = h.After(f)
		}
		if len(back) != len(came) || len(back) < 30*75 {
			t.Errorf("%d pictures of %d", len(back), len(came))
		}
		f, _ = h.At(time.Now())
		for n := len(back) - 1; n >= 0; n-- {
			if f.Seq != back[n] {
				t.Fatalf("back is %d, not %d", f.Seq, back[n])
			}
			f, _ = h.Before(f)
		}
		if f != nil {
			t.Errorf("before the first one is %d", f.Seq)
		}
		sections, pictures := h.Sections(), 0
		for _, s := range sections {
			pictures += s.Pictures
		}
		if len(sections) != 2 || pictures != len(back) || !sections[1].To.Equal(came[len(came)-1].Round(0).Truncate(time.Microsecond)) {
			t.Errorf("%d pictures in %v", pictures, sections)
		}
	})
}

// A segment is a recording like others, with the times of its pictures.
func TestSegmentsAreRecordings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h, d := cellar(t, 10*time.Minute)
		keep(t, h, d)
		watch(feed, 25*time.Second)
		off()
		found := files(t, d.Dir)
		if len(found) < 3 || len(found) > 5 {
			t.Fatalf("%q", found)
		}
		first, _ := h.At(time.Time{})
		for _, path := range found {
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			r, err := matroska.NewReader(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := r.At(0)
			for ; p != nil; p, err = r.After(p) {
				picture, err := r.Read(p)
				apart := first.Taken.Sub(r.Head().Begin.Add(p.At)).Abs()
				if err != nil || !bytes.Equal(picture, first.JPEG) || apart > time.Millisecond {
					t.Fatalf("picture %d: %v apart, %v", first.Seq, apart, err)
				}
				first, _ = h.After(first)
				if first == nil {
					return
				}
			}
			if err != nil {
				t.Error(err)
			}
		}
		t.Errorf("picture %d is in no segment", first.Seq)
	})
}

// Segments go when they are too old, also while the camera is off.
func TestDiskIsBoundByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h, d := cellar(t, time.Minute)
		keep(t, h, d)
		watch(feed, 3*time.Minute)
		if s := h.Span(); s.OnDisk < time.Minute || s.OnDisk > 71*time.Second || s.DiskLost > 0 || len(files(t, d.Dir)) > 8 {
			t.Errorf("%+v in %q", s, files(t, d.Dir))
		}
		d.Length = 2 * time.Minute
		keep(t, h, d)
		watch(feed, 3*time.Minute)
		var bytes int64
		for _, path := range files(t, d.Dir) {
			if info, err := os.Stat(path); err == nil {
				bytes += info.Size()
			}
		}
		if s := h.Span(); s.OnDisk < 2*time.Minute || s.OnDisk > 131*time.Second || math.Abs(float64(bytes-s.DiskBytes)) > 1<<20 {
			t.Errorf("of two minutes: %+v, %d bytes", s, bytes)
		}
		off()
		time.Sleep(2 * time.Minute)
		if s := h.Span(); s.OnDisk != 0 || s.DiskBytes != 0 || len(files(t, d.Dir)) > 0 || s.Kept == 0 {
			t.Errorf("off for two minutes: %+v in %q", s, files(t, d.Dir))
		}
	})
}

// Nothing is left of what is not to be shown any more.
func TestDiskForgets(t *testing.T) {
	for name, forget := range map[string]func(h *History, feed *streaming.Feed, d Disk, back *atomic.Int64){
		"another camera": func(h *History, feed *streaming.Feed, d Disk, back *atomic.Int64) {
			other := streamtest.NewCamera()
			other.ID = "other"
			feed.Use(other.Source())
		},
		"clock set back": func(h *History, feed *streaming.Feed, d Disk, back *atomic.Int64) { back.Store(int64(-time.Hour)) },
		"setting off": func(h *History, feed *streaming.Feed, d Disk, back *atomic.Int64) {
			d.Length = 0
			h.SetMost(0)
			keep(t, h, d)
		},
		"the end": func(h *History, feed *streaming.Feed, d Disk, back *atomic.Int64) { h.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, feed, h, d := cellar(t, time.Hour)
				h.log = slog.New(slog.DiscardHandler)
				var back atomic.Int64
				h.clock = func() (time.Time, time.Duration) {
					return time.Now().Add(time.Duration(back.Load())), time.Duration(time.Now().UnixNano())
				}
				keep(t, h, d)
				letGo := feed.Keep()
				defer letGo()
				time.Sleep(time.Minute)
				before, began := files(t, d.Dir), time.Now()
				forget(h, feed, d, &back)
				time.Sleep(3 * time.Second)
				after := files(t, d.Dir)
				if len(before) < 6 || len(after) > 1 || len(after) == 1 && slices.Contains(before, after[0]) {
					t.Errorf("before %q, after %q", before, after)
				}
				if f, _ := h.At(time.Time{}); f != nil && f.Taken.Before(began) {
					t.Errorf("a picture of %v", f.Taken)
				}
			})
		})
	}
}

// What a pause hides is on disk as little as in memory, and the rest stays.
func TestPauseOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h, d := cellar(t, time.Hour)
		keep(t, h, d)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(time.Minute)
		feed.Pause()
		paused := time.Now()
		time.Sleep(time.Minute)
		size := h.Span().DiskBytes
		time.Sleep(time.Minute)
		if more := h.Span().DiskBytes - size; more != 0 {
			t.Errorf("%d bytes were written in the pause", more)
		}
		feed.Resume()
		time.Sleep(time.Minute)
		if s := h.Sections(); len(s) != 2 || s[0].To.After(paused) || s[1].From.Before(paused.Add(2*time.Minute)) {
			t.Errorf("paused at %v: %v", paused, s)
		}
	})
}
