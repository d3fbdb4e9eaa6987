package main

import (
	"math"
	"testing"
)

func TestTurnIsReadAsEachOpenCVSaysIt(t *testing.T) {
	for _, test := range []struct {
		meta    float64
		version string
		want    int
	}{
		{0, "4.5.5", 0}, {90, "4.5.5", 90}, {270, "4.5.5", 270},
		{0, "4.6.0", 0}, {90, "4.6.0", 270}, {180, "4.6.0", 180}, {270, "4.6.0", 90}, {-90, "4.6.0", 90},
		{90, "4.10.0", 90}, {-90, "4.10.0", 270}, {360, "4.10.0", 0}, {90, "4.60.0", 90},
		{math.NaN(), "4.6.0", 0}, {math.Inf(1), "4.6.0", 0}, {-3.7e20, "4.6.0", 0},
	} {
		if got := clockwise(test.meta, test.version); got != test.want {
			t.Errorf("%v of OpenCV %s: %d, want %d", test.meta, test.version, got, test.want)
		}
	}
}
