package main

import (
	"math"
	"slices"
	"testing"
)

func TestPicturesAreShownAsLongAsTheFilmSays(t *testing.T) {
	const garbage = -3.68934881474191e+20 // of a file without times
	for name, test := range map[string]struct {
		at   []float64
		want []int // milliseconds that each is shown
	}{
		"one rate":         {[]float64{0, 100, 200, 300}, []int{100, 100, 100}},
		"variable":         {[]float64{0, 33, 66, 1000, 1500}, []int{33, 33, 934, 500}},
		"late beginning":   {[]float64{400, 433, 466}, []int{33, 33}},
		"no times":         {[]float64{0, 0, 0}, []int{40, 40}},
		"garbage":          {[]float64{garbage, garbage, garbage}, []int{40, 40}},
		"garbage at first": {[]float64{garbage, 0, 500}, []int{40, 500}},
		"not a number":     {[]float64{0, 500, math.NaN(), 1500}, []int{500, 500, 500}},
		"none at the end":  {[]float64{2000, 2500, 0, 0}, []int{500, 500, 500}},
		"joined":           {[]float64{0, 50, 36_000_000, 36_000_050}, []int{50, 50, 50}},
		"a slide":          {[]float64{0, 30_000}, []int{30_000}},
	} {
		film := newTimeline(test.at[0], 25)
		var got []int
		for _, at := range test.at[1:] {
			got = append(got, int(film.next(at).Milliseconds()))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
