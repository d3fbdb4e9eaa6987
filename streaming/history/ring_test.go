package history

import (
	"testing"
	"time"

	"fanlight/streaming"
)

// A camera may say of several pictures that they were taken at one time, or at times that are
// out of order or to come.
func TestTimesThatLie(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	h := &History{}
	for n, ms := range []int{-100, -100, -100, -40, -60, 3_600_000, 0, -3_600_000} {
		h.kept.add(streaming.NewFrame(uint64(n+1), 0, at(ms), 1, 1, []byte{1}), now)
	}
	seq := func(f *streaming.Frame, err error) uint64 {
		if err != nil {
			t.Fatal(err)
		}
		if f == nil {
			return 0
		}
		return f.Seq
	}
	for _, test := range []struct {
		ms   int
		want uint64
	}{{-1000, 1}, {-100, 3}, {-99, 3}, {-50, 3}, {-40, 5}, {-1, 5}, {0, 8}, {1000, 8}} {
		if got := seq(h.At(at(test.ms))); got != test.want {
			t.Errorf("at %d ms: picture %d, not %d", test.ms, got, test.want)
		}
	}
	for n := uint64(1); n <= 8; n++ {
		f := streaming.NewFrame(n, 0, now, 1, 1, nil)
		if before, after := seq(h.Before(f)), seq(h.After(f)); before != n-1 || after != (n+1)%9 {
			t.Errorf("picture %d is between %d and %d", n, before, after)
		}
	}
	for range 5 {
		h.kept.drop()
	}
	lost := streaming.NewFrame(2, 0, now, 1, 1, nil)
	if before, after := seq(h.Before(lost)), seq(h.After(lost)); before != 0 || after != 6 {
		t.Errorf("a picture that was pushed out is between %d and %d", before, after)
	}
}

// What is held, and where it is looked up, stays right however much comes and goes.
func TestRingComingAndGoing(t *testing.T) {
	var r ring
	now := time.Unix(1e9, 0)
	seq := uint64(0)
	for round := range 200 {
		for range round%13 + 1 {
			seq++
			r.add(streaming.NewFrame(seq, seq/10, now.Add(time.Duration(seq)*time.Millisecond), 1, 1, make([]byte, 100)), now.Add(time.Hour))
		}
		r.shrink((round%7 + 1) * 3 * (100 + perFrame))
		sections, pictures := published(r.sections), 0
		for _, s := range sections {
			pictures += s.Pictures
		}
		first, last := seq-uint64(r.len())+1, seq
		if r.first().frame.Seq != first || r.at(r.len()-1).frame.Seq != last || r.bytes != r.len()*(100+perFrame) || pictures != r.len() ||
			r.from(first) != 0 || r.from(last) != r.len()-1 || r.from(last+1) != r.len() || !sections[0].From.Equal(r.first().taken) {
			t.Fatalf("round %d: %d pictures to %d, %d bytes, sections %v", round, r.len(), seq, r.bytes, sections)
		}
		if cap(r.held) > 200 {
			t.Fatalf("round %d: room for %d", round, cap(r.held))
		}
	}
	if r.empty(); r.len() != 0 || r.bytes != 0 || len(published(r.sections)) != 0 {
		t.Errorf("emptied: %+v", r)
	}
}
