package history

import "testing"

func TestUsual(t *testing.T) {
	for _, test := range []struct {
		meminfo string
		want    int
	}{
		{"MemTotal:        8000000 kB\nMemAvailable:    4000000 kB\n", 256 << 20},
		{"MemTotal:        1000000 kB\nMemFree:          10000 kB\nMemAvailable:     500000 kB\n", 500000 * 1024 / 10},
		{"MemAvailable: 0 kB", 0},
		{"MemAvailable: 99999999999999999999 kB", 256 << 20},
		{"MemAvailable: many", 256 << 20},
		{"MemTotal: 1 kB", 256 << 20},
		{"", 256 << 20},
	} {
		if got := usual([]byte(test.meminfo)); got != test.want {
			t.Errorf("%q: %d, not %d", test.meminfo, got, test.want)
		}
	}
	if most := Usual(); most <= 0 || most > 256<<20 {
		t.Errorf("here %d", most)
	}
}
