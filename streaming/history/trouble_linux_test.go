package history

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// said is what a Disk has reported last.
type said struct {
	mu   sync.Mutex
	last string
}

func (s *said) report(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last = ""; err != nil {
		s.last = err.Error()
	}
}

func (s *said) now() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// A disk that stalls for less than memory lasts loses nothing; beyond, it lacks pictures, which
// are counted, while memory has them all.
func TestSlowDisk(t *testing.T) {
	for _, test := range []struct {
		stalls time.Duration
		lost   bool
	}{{10 * time.Second, false}, {time.Minute, true}} {
		synctest.Test(t, func(t *testing.T) {
			_, feed, h, d := cellar(t, time.Hour)
			var log strings.Builder
			h.log = slog.New(slog.NewTextHandler(&log, nil))
			var stall atomic.Int64
			h.free = func(string) (uint64, bool) { time.Sleep(time.Duration(stall.Swap(0))); return 0, false }
			keep(t, h, d)
			letGo := feed.Keep()
			defer letGo()
			for range 2 {
				time.Sleep(30 * time.Second)
				stall.Store(int64(test.stalls))
				time.Sleep(test.stalls + 30*time.Second)
				synctest.Wait()
			}
			s, pictures := h.Span(), 0
			for _, section := range h.Sections() {
				pictures += section.Pictures
			}
			newest := feed.Newest()
			defer newest.Release()
			if lost := s.DiskLost > 0; lost != test.lost || uint64(pictures)+s.DiskLost != newest.Shot || s.Kept < 10*time.Second {
				t.Errorf("stalling for %v: %d of %d pictures, %+v", test.stalls, pictures, newest.Shot, s)
			}
			if n := strings.Count(log.String(), "too slow"); n > 1 || (n == 1) != test.lost {
				t.Errorf("log %q", &log)
			}
		})
	}
}

// A disk that is nearly full keeps less, and says so until it keeps everything again.
func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h, d := cellar(t, 2*time.Minute)
		var said said
		d.Report = said.report
		var room atomic.Int64 // for others and for us
		room.Store(1 << 40)
		h.free = func(string) (uint64, bool) { return uint64(max(room.Load()-h.Span().DiskBytes, 0)), true }
		keep(t, h, d)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(90 * time.Second)
		if said.now() != "" {
			t.Errorf("said %q", said.now())
		}
		room.Store(leastFree + 30<<20)
		time.Sleep(3 * time.Second)
		for range 60 {
			time.Sleep(time.Second)
			if s := h.Span(); s.DiskBytes > 32<<20 || s.DiskBytes < 15<<20 {
				t.Errorf("of 30 MB: %+v", s)
			}
		}
		if !strings.Contains(said.now(), "nearly full, so less than 2m0s") {
			t.Errorf("said %q", said.now())
		}
		room.Store(leastFree - 1)
		time.Sleep(time.Minute)
		if s := h.Span(); s.DiskBytes > 0 || len(files(t, d.Dir)) > 0 || s.Kept < 10*time.Second {
			t.Errorf("without room: %+v, %q", s, files(t, d.Dir))
		}
		room.Store(1 << 40)
		time.Sleep(4 * time.Minute)
		if s := h.Span(); s.OnDisk < 2*time.Minute || said.now() != "" {
			t.Errorf("with room again: %+v, said %q", s, said.now())
		}
	})
}

// A folder that somebody has removed is said to be in trouble; what was there is lost, and what
// is in memory is not.
func TestFolderThatVanishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h, d := cellar(t, 10*time.Minute)
		h.log = slog.New(slog.DiscardHandler)
		var said said
		d.Report = said.report
		keep(t, h, d)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(time.Minute)
		own := filepath.Dir(files(t, d.Dir)[0])
		if err := os.RemoveAll(own); err != nil {
			t.Fatal(err)
		}
		f, _ := h.At(time.Time{})
		if ago := time.Since(f.Taken); ago < 10*time.Second || ago > 40*time.Second {
			t.Errorf("the first picture is %v old", ago)
		}
		time.Sleep(20 * time.Second)
		if !strings.Contains(said.now(), "check the disk of "+d.Dir) {
			t.Errorf("said %q", said.now())
		}
		if err := os.Mkdir(own, 0o700); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if s := h.Span(); s.OnDisk < 50*time.Second || said.now() != "" {
			t.Errorf("with the folder again: %+v, said %q", s, said.now())
		}
	})
}

// A file that somebody has removed takes its own pictures with it.
func TestSegmentThatVanishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, feed, h, d := cellar(t, 10*time.Minute)
		h.log = slog.New(slog.DiscardHandler)
		keep(t, h, d)
		letGo := feed.Keep()
		defer letGo()
		time.Sleep(time.Minute)
		if err := os.Remove(files(t, d.Dir)[1]); err != nil {
			t.Fatal(err)
		}
		all := seqs(t, h)
		gaps := 0
		for n := 1; n < len(all); n++ {
			if all[n] != all[n-1]+1 {
				gaps++
			}
		}
		if gaps != 1 || len(all) < 30*45 || len(h.Sections()) != 2 {
			t.Errorf("%d pictures, %d gaps, %v", len(all), gaps, h.Sections())
		}
	})
}
