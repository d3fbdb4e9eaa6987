package matroska

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"fanlight/streaming/streamtest"
)

// The usual time between two pictures is that of the camera's rate, whatever comes between.
func TestSpacingIsThatOfTheCamera(t *testing.T) {
	repeated := func(n int, times ...time.Duration) (all []time.Duration) {
		for range n {
			all = append(all, times...)
		}
		return all
	}
	second, hour := time.Second, time.Hour
	for name, test := range map[string]struct {
		times []time.Duration
		want  time.Duration
	}{
		"no picture":       {nil, usualDuration},
		"all at one time":  {repeated(5, 0), usualDuration},
		"one a second":     {repeated(1, second), second},
		"bursts":           {repeated(50, 0, 0, 0, 132*time.Millisecond), 33 * time.Millisecond},
		"lost for an hour": {append(repeated(300, 40*time.Millisecond), append([]time.Duration{hour}, repeated(300, 40*time.Millisecond)...)...), 40 * time.Millisecond},
		"slower at night":  {append(repeated(30, 33*time.Millisecond), repeated(300, second)...), second},
	} {
		var s spacing
		for _, apart := range test.times {
			s.add(apart)
		}
		if got := s.usual(); (got - test.want).Abs() > test.want/8 {
			t.Errorf("%s: usually %v apart, want %v", name, got, test.want)
		}
	}
}

// A recording may last for months.
func TestTimesAreExactAfterMonths(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mkv")
	const day = 24 * 3600 * 1000
	record(t, path, []int64{0, 49 * day, 50 * day, 100*day + 1}, true)
	p := streamtest.Probe(t, path)
	if len(p.Packets) != 4 || streamtest.Milliseconds(t, p.Packets[2].Time) != 50*day || streamtest.Milliseconds(t, p.Packets[3].Time) != 100*day+1 {
		t.Errorf("%+v", p.Packets)
	}
}

// A file tells the rate of its camera, by which OpenCV seeks, also one that was not closed. The
// pictures of a time lapse are exactly as far apart as 30 fps.
func TestFileTellsTheRateOfItsCamera(t *testing.T) {
	for name, test := range map[string]struct {
		pictures int
		at       func(n int) time.Duration
		whole    bool
		want     string
	}{
		"one a second":        {10, func(n int) time.Duration { return time.Duration(n) * time.Second }, true, "1/1"},
		"20 fps, not closed":  {100, func(n int) time.Duration { return time.Duration(n) * 50 * time.Millisecond }, false, "20/1"},
		"one in ten seconds":  {10, func(n int) time.Duration { return time.Duration(n) * 10 * time.Second }, false, "1/10"},
		"60 fps":              {200, func(n int) time.Duration { return time.Duration(n) * time.Second / 60 }, true, "60/1"},
		"of a time lapse":     {100, func(n int) time.Duration { return time.Duration(n) * time.Second / 30 }, true, "30/1"},
		"of the only picture": {1, func(int) time.Duration { return 0 }, true, "30/1"},
	} {
		path := filepath.Join(t.TempDir(), "a.mkv")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		w, err := NewWriter(file, 64, 48, "Door", begin)
		if err != nil {
			t.Fatal(err)
		}
		for n := range test.pictures {
			if err := w.Write(streamtest.Grey(64, 48), begin.Add(test.at(n))); err != nil {
				t.Fatal(err)
			}
		}
		if test.whole {
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if got := streamtest.Probe(t, path).Streams[0].Rate; got != test.want {
			t.Errorf("%s: %s pictures a second, want %s", name, got, test.want)
		}
	}
}
