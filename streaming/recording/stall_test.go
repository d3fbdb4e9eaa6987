package recording

import (
	"bytes"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// large is a picture of a megabyte.
func large(width, height int) []byte { return commented(width, height, 16) }

// commented is a grey picture with long comments, each of 64 KB.
func commented(width, height, comments int) []byte {
	grey := streamtest.Grey(width, height)
	comment := append([]byte{0xff, 0xfe, 0xff, 0xff}, make([]byte, 0xffff-2)...)
	return append(append(bytes.Clone(grey[:2]), bytes.Repeat(comment, comments)...), grey[2:]...)
}

// stall has a recorder write to a disk that does not answer for a while when it begins
// a file, once pictures have a size, and returns how many pictures there were.
func stall(t *testing.T, picture []byte, while time.Duration) (came uint64, end Status) {
	t.Helper()
	b := streamtest.NewCamera()
	var stalls atomic.Int64
	r := recorder(t, b, filepath.Join(t.TempDir(), "recordings"), func() string {
		time.Sleep(time.Duration(stalls.Load()))
		return "Door"
	})
	stop := r.feed.Follow(func(*streaming.Frame) { came++ })
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	stalls.Store(int64(while))
	b.Picture.Store(&picture)
	time.Sleep(while + 5*time.Second)
	r.Stop()
	stop()
	return came, r.Status()
}

// A disk that stalls for seconds loses nothing.
func TestDiskThatStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if came, end := stall(t, streamtest.Grey(128, 96), 10*time.Second); end.Lost != 0 || end.Pictures != came || came < 440 {
			t.Errorf("of %d pictures: %+v", came, end)
		}
	})
}

// What a disk that stalls for longer loses is counted, and the rest is recorded.
func TestDiskThatStallsForLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		came, end := stall(t, large(128, 96), 4*time.Second)
		if end.Err != nil || end.Lost < 50 || end.Lost > 110 || end.Pictures+end.Lost != came {
			t.Errorf("of %d pictures: %+v", came, end)
		}
	})
}

// At its end a recording has what came until then, and nothing later, however slow the disk.
func TestEndOfARecordingOnASlowDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		r := recorder(t, b, filepath.Join(t.TempDir(), "recordings"), func() string {
			time.Sleep(10 * time.Second)
			return "Door"
		})
		if err := r.Start(); err != nil { // before the first picture
			t.Fatal(err)
		}
		letGo := r.feed.Keep()
		defer letGo()
		time.Sleep(5*time.Second + time.Millisecond)
		synctest.Wait()
		newest := r.feed.Newest()
		defer newest.Release()
		r.Stop()
		if s := r.Status(); s.Err != nil || s.Pictures != newest.Shot || time.Since(s.Since) < 10*time.Second {
			t.Errorf("%+v, but there were %d pictures", s, newest.Shot)
		}
	})
}
