package replay

import (
	"math"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestParseMoment(t *testing.T) {
	for text, want := range map[string]time.Time{
		"-30s":                        noon.Add(-30 * time.Second),
		"-1h30m":                      noon.Add(-90 * time.Minute),
		"-0.5s":                       noon.Add(-time.Second / 2),
		"-0":                          noon,
		"2026-11-23T10:00:00Z":        noon.Add(-2 * time.Hour),
		"2026-11-23T10:00:00.25Z":     noon.Add(-2*time.Hour + time.Second/4),
		"2026-11-23T10:00:00+01:00":   noon.Add(-3 * time.Hour),
		"2026-11-23T10:00:00 01:00":   noon.Add(-3 * time.Hour), // a plus sign in a query
		"1795435200":                  noon,
		"1795435200.000001":           noon.Add(time.Microsecond),
		"1795435200.123456":           noon.Add(123456 * time.Microsecond),
		"0":                           time.Unix(0, 0),
		"8589934592":                  time.Unix(1<<33, 0),
		"-2562047h":                   noon.Add(-2562047 * time.Hour),
		"9999-12-31T23:59:59.999999Z": time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		if got, err := ParseMoment(text, noon); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v, not %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", " ", "-", "--30s", "30s", "+30s", "-30", "-1y", "now", "NaN", "Inf", "-Inf", "1e400", "8589934593",
		"2026-11-23", "2026-11-23T10:00:00", "2026-13-23T10:00:00Z", "-9999999h", "-\x00", "１"} {
		if got, err := ParseMoment(text, noon); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestParseSpeed(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "-0": 0, "0.05": 0.05, "0.5": 0.5, "1": 1, "2": 2, "16": 16, "1e0": 1} {
		if got, err := ParseSpeed(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", " 1", "2x", "-1", "0.04", "16.1", "1e-300", "NaN", "Inf", "-Inf", "1,5"} {
		if got, err := ParseSpeed(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// A moment is one that can be asked of any Past and compared with others.
func FuzzParseMoment(f *testing.F) {
	for _, text := range []string{"-30s", "2026-11-23T10:00:00Z", "1795435200.5", "-2562047h47m16.854775807s", "1e9"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		moment, err := ParseMoment(text, noon)
		if err != nil {
			if !moment.IsZero() || err != errMoment {
				t.Errorf("%v, %v", moment, err)
			}
			return
		}
		if year := moment.UTC().Year(); year < -1 || year > 10_000 {
			t.Errorf("%v", moment)
		}
		if text[0] == '-' && moment.After(noon) {
			t.Errorf("%v is not before", moment)
		}
	})
}

func FuzzParseSpeed(f *testing.F) {
	for _, text := range []string{"0", "0.5", "16", "NaN", "-1", "0x1p-2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		speed, err := ParseSpeed(text)
		if err == nil && speed != 0 && !(speed >= LeastSpeed && speed <= MostSpeed) || err != nil && speed != 0 || math.IsNaN(speed) {
			t.Errorf("%v, %v", speed, err)
		}
	})
}
