package recording

import (
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// TestClockOfTheCameraIsSetBack has pictures of another machine, whose clock is put back by an
// hour: they are in a file of their own with their times, not all at the last time before.
func TestClockOfTheCameraIsSetBack(t *testing.T) {
	dir := t.TempDir()
	o := output{dir: dir, name: func() string { return "Door" }}
	began := time.Now().Round(0)
	var lengths []time.Duration
	for n := range 600 {
		taken := began.Add(time.Duration(n) * time.Second / 30)
		if n >= 300 {
			taken = taken.Add(-time.Hour)
		}
		if n%100 == 50 {
			taken = taken.Add(-100 * time.Millisecond) // a correction, which begins no file
		}
		before := o.file
		if before != nil && n == 300 {
			lengths = append(lengths, before.writer.Length())
		}
		if err := o.write(streaming.NewFrame(uint64(n+1), 1, taken, 64, 48, streamtest.Grey(64, 48))); err != nil {
			t.Fatal(err)
		}
		if (o.file != before) != (n == 0 || n == 300) {
			t.Errorf("at picture %d: another file is %v", n, o.file != before)
		}
	}
	lengths = append(lengths, o.file.writer.Length())
	if err := o.close(); err != nil {
		t.Fatal(err)
	}
	for n, length := range lengths {
		if want := 299 * time.Second / 30; (length - want).Abs() > time.Millisecond {
			t.Errorf("file %d is %v long, want %v", n, length, want)
		}
	}
	if len(recorded(t, dir)) != 2 {
		t.Errorf("%q", recorded(t, dir))
	}
}
