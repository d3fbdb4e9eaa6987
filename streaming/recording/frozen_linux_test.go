package recording

import (
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming"
	"fanlight/streaming/matroska"
	"fanlight/streaming/streamtest"

	"golang.org/x/sys/unix"
)

// These freeze a file system and thaw it (linux/fs.h); package unix has none of them.
const (
	fiFreeze = 0xC0045877 // _IOWR('X', 119, int)
	fiThaw   = 0xC0045878 // _IOWR('X', 120, int)
)

// freeze has the file system of a folder take no writes: who writes waits, and cannot even be
// killed. It is thawed at the latest when the test ends, or when it hangs.
func freeze(t *testing.T, dir string) (thaw func()) {
	t.Helper()
	folder, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetInt(int(folder.Fd()), fiFreeze, 0); err != nil {
		folder.Close()
		t.Skipf("a file system cannot be frozen here, as it can as root: %v", err)
	}
	thaw = sync.OnceFunc(func() {
		if err := unix.IoctlSetInt(int(folder.Fd()), fiThaw, 0); err != nil {
			t.Errorf("it stays frozen: %v", err)
		}
		folder.Close()
	})
	hanging := time.AfterFunc(45*time.Second, thaw)
	t.Cleanup(func() {
		hanging.Stop()
		thaw()
	})
	return thaw
}

// delivered notes when the pictures of a camera with stamps were taken, by their number.
type delivered struct {
	t     *testing.T
	mu    sync.Mutex
	taken []time.Time
}

// note is for [streaming.Feed.Follow].
func (d *delivered) note(f *streaming.Frame) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n, ok := streamtest.Stamp(f.JPEG); !ok || n != uint64(len(d.taken)) {
		d.t.Errorf("picture %d (%t) is the camera's %dth", n, ok, len(d.taken))
	}
	d.taken = append(d.taken, f.Taken.Round(0)) // as clocks on the wall have it
}

func (d *delivered) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.taken)
}

// checkFile fails the test unless a recording has each picture from the first on, in order, at
// the time at which it was taken. It returns how many it has.
func (d *delivered) checkFile(path string) (pictures int) {
	d.t.Helper()
	file, err := os.Open(path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer file.Close()
	r, err := matroska.NewReader(file)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err := r.At(0)
	for ; p != nil && err == nil; p, err = r.After(p) {
		jpeg, err := r.Read(p)
		if err != nil {
			d.t.Fatal(err)
		}
		if n, ok := streamtest.Stamp(jpeg); !ok || n != uint64(pictures) || pictures >= d.count() {
			d.t.Fatalf("the file has picture %d (%t) in place of picture %d", n, ok, pictures)
		}
		if early := d.taken[pictures].Sub(r.Head().Begin.Add(p.At)); early < 0 || early >= 2*time.Millisecond { // a file has whole ones
			d.t.Errorf("picture %d is %v early", pictures, early)
		}
		pictures++
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return pictures
}

// watch is a viewer, until the test ends. It returns how many pictures were seen.
func watch(t *testing.T, feed *streaming.Feed) (seen *atomic.Int64) {
	t.Helper()
	seen = new(atomic.Int64)
	var watching sync.WaitGroup
	watching.Go(func() {
		for range feed.Frames(t.Context()) {
			seen.Add(1)
		}
	})
	t.Cleanup(watching.Wait)
	return seen
}

// sizeNow is the size of a file, in bytes.
func sizeNow(t *testing.T, path string) int64 {
	t.Helper()
	about, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return about.Size()
}

// A disk that takes no writes for three seconds, as one does that starts its motor or works off
// what others have written, loses no picture, and viewers see theirs meanwhile.
func TestDiskThatIsFrozen(t *testing.T) {
	if !processtest.OwnMounts(t, 3*time.Minute) {
		return
	}
	dir := processtest.LoopDisk(t, processtest.Ext4(t, 600<<20))
	b := streamtest.NewCamera()
	b.Stamps = true
	picture := commented(64, 48, 3)
	b.Picture.Store(&picture)
	r := recorder(t, b, dir, func() string { return "Door" })
	camera := &delivered{t: t}
	stop := r.feed.Follow(camera.note)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	seen := watch(t, r.feed)
	file := await(t, r, "a recording", func(s Status) bool { return s.Pictures >= 30 && seen.Load() >= 30 }).File

	thaw := freeze(t, dir)
	frozen, size, came, saw := time.Now(), sizeNow(t, file), camera.count(), seen.Load()
	s := await(t, r, "pictures while the disk is frozen", func(Status) bool {
		return time.Since(frozen) >= 3*time.Second && camera.count() >= came+90 && seen.Load() >= saw+60
	})
	if grown := sizeNow(t, file) - size; grown != 0 || !s.Recording {
		t.Errorf("the frozen file has grown by %d bytes: %+v", grown, s)
	}
	thaw()

	came = camera.count()
	await(t, r, "what came meanwhile", func(s Status) bool { return s.Pictures >= uint64(came)+30 || !s.Recording })
	came = camera.count()
	r.Stop()
	stop()
	end := r.Status()
	if end.Err != nil || end.Lost != 0 || end.File != file {
		t.Errorf("ended with %+v", end)
	}
	if recorded := camera.checkFile(file); recorded < came || uint64(recorded) != end.Pictures {
		t.Errorf("%d pictures are in the file, of %d: %+v", recorded, came, end)
	}
}
