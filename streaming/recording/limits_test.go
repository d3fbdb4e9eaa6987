package recording

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/streamtest"
)

func TestSplitIsATimeOrASize(t *testing.T) {
	for text, want := range map[string]Split{
		"": {}, "10m": {Length: 10 * time.Minute}, "1h30m": {Length: 90 * time.Minute}, "500MB": {Bytes: 500e6},
		"4 gb": {Bytes: 4e9}, "1.5GB": {Bytes: 1.5e9}, "2TB": {Bytes: 2e12},
	} {
		var s Split
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
		var again Split
		if written, err := s.MarshalText(); err != nil || again.UnmarshalText(written) != nil || again != s {
			t.Errorf("%q: written as %q, %v", text, written, err)
		}
	}
	for _, text := range []string{"10", "MB", "-500MB", "0.9MB", "10ms", "-10m", "NaNGB", "1e30TB", "often"} {
		var s Split
		if err := s.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "such as 10m or 500MB") {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"", "10m", "500MB", "1e300GB", "0x1p10MB"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s Split
		err := s.UnmarshalText([]byte(text))
		if one := s.Bytes >= leastSplit != (s.Length >= leastSplitLength); err == nil && s != (Split{}) && !one || err != nil && s != (Split{}) {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	})
}

// A recording that is split goes on in the next file with the next picture.
func TestSplitLosesNoPicture(t *testing.T) {
	for name, split := range map[string]Split{"time": {Length: 5 * time.Second}, "size": {Bytes: 64<<10 + 100*int64(len(streamtest.Tiny[0]))}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, r, dir := door(t)
				r.Limit(Limits{Split: split})
				if err := r.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(30 * time.Second)
				r.Stop()
				end := r.Status()
				names := files(t, dir)
				if len(names) < 5 || len(names) > 15 || end.Err != nil || end.Lost > 0 {
					t.Fatalf("files %q, %+v", names, end)
				}
				packets, bytes, before := 0, int64(0), time.Time{}
				for i, name := range names {
					p := streamtest.Probe(t, filepath.Join(dir, name))
					packets += len(p.Packets)
					begun, err := time.Parse(time.RFC3339Nano, p.Format.Tags.Created)
					if err != nil {
						t.Fatal(err)
					}
					last := streamtest.Milliseconds(t, p.Packets[len(p.Packets)-1].Time)
					if gap := begun.Sub(before); i > 0 && (gap < 30*time.Millisecond || gap > 36*time.Millisecond) {
						t.Errorf("%s begins %v after the last picture of the file before", name, gap)
					}
					before = begun.Add(time.Duration(last) * time.Millisecond)
					size := fileSize(t, filepath.Join(dir, name))
					bytes += size
					if split.Bytes > 0 && size > split.Bytes || split.Length > 0 && last >= split.Length.Milliseconds() {
						t.Errorf("%s has %d bytes, and ends at %d ms", name, size, last)
					}
				}
				if uint64(packets) != end.Pictures || bytes != end.Bytes {
					t.Errorf("%d pictures in %d bytes, recorded %+v", packets, bytes, end)
				}
			})
		})
	}
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// A limit that is set while a recording runs holds from its next picture on.
func TestSplitChangesWhileRecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, r, dir := door(t)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			limits Limits
			files  int
		}{
			{Limits{}, 1},
			{Limits{Split: Split{Length: 5 * time.Second}}, 4}, // the first was too long already
			{Limits{}, 4},
		} {
			r.Limit(step.limits)
			time.Sleep(12 * time.Second)
			synctest.Wait()
			if names := files(t, dir); len(names) != step.files {
				t.Errorf("%+v: files %q, want %d", step.limits, names, step.files)
			}
		}
		r.Stop()
		if end := r.Status(); end.Err != nil || end.Lost > 0 {
			t.Errorf("%+v", end)
		}
	})
}
