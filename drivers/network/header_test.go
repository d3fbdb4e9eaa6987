package network

import (
	"testing"
	"time"
)

func TestTakenAt(t *testing.T) {
	now := time.Unix(1_700_000_000, 500_000_000)
	for stamp, want := range map[string]time.Time{
		"1700000000.250000":  time.Unix(1_700_000_000, 250_000_000),
		"1700000000.500001":  now, // a little ahead
		"1700000001.400000":  now,
		"1700000002.000000":  {}, // too far ahead
		"1699996500.000000":  time.Unix(1_699_996_500, 0),
		"1699996000.000000":  {}, // more than an hour ago
		"2122192.753042":     {}, // mjpg-streamer: the uptime
		"0.0":                {}, // hybridgroup/mjpeg
		"":                   {},
		"yesterday":          {},
		"NaN":                {},
		"-Inf":               {},
		"1e300":              {},
		"1700000000":         time.Unix(1_700_000_000, 0),
		"1700000000.2500001": time.Unix(1_700_000_000, 250_000_000),
	} {
		if got := takenAt(stamp, now); !got.Equal(want) {
			t.Errorf("%q: %v, want %v", stamp, got, want)
		}
	}
}
