package recording

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming"
	"fanlight/streaming/streamtest"

	"golang.org/x/sys/unix"
)

// tiny mounts a disk of a size in bytes in memory, until the test ends; see processtest.OwnMounts.
func tiny(t *testing.T, bytes int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := unix.Mount("tiny", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("a file system cannot be mounted here, as it can as root: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }) // the test may have done so
	return dir
}

// onDisk is a recorder into a folder of a camera whose pictures are 1 MB large.
func onDisk(t *testing.T, dir string) *Recorder {
	t.Helper()
	b := streamtest.NewCamera()
	picture := large(64, 48)
	b.Picture.Store(&picture)
	return recorder(t, b, dir, func() string { return "Door" })
}

// await waits until a recorder's status is as wanted.
func await(t *testing.T, r *Recorder, what string, reached func(Status) bool) Status {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		s := r.Status()
		if reached(s) {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s: %+v", what, s)
		}
	}
}

// ours writes a short recording of the folder's, of some megabytes.
func ours(t *testing.T, dir, camera string, begun time.Time, megabytes int) string {
	t.Helper()
	path := filepath.Join(dir, camera+begun.Format(" 2006-01-02 15.04.05.mkv"))
	made, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f := streaming.NewFrame(1, 1, begun, 64, 48, large(64, 48))
	file, err := newFile(made, camera, f, false)
	for range megabytes {
		if err == nil {
			err = file.add(f)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := file.close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// The last 200 MB of a disk are left to others: the recording ends in words, and its file is
// whole.
func TestDiskThatIsNearlyFull(t *testing.T) {
	if !processtest.OwnMounts(t, time.Minute) {
		return
	}
	dir := tiny(t, leastFree+20<<20)
	r := onDisk(t, dir)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	end := await(t, r, "the end", func(s Status) bool { return !s.Recording })
	if end.Err == nil || !strings.Contains(end.Err.Error(), "make room, or choose another folder") {
		t.Errorf("ended with %v", end.Err)
	}
	if p := streamtest.Probe(t, end.File); uint64(len(p.Packets)) != end.Pictures || end.Pictures < 15 {
		t.Errorf("%d pictures in the file: %+v", len(p.Packets), end)
	}
	if err := r.Start(); err == nil || !strings.Contains(err.Error(), "make room") {
		t.Errorf("begins again: %v", err)
	}
}

// A disk that others fill at once ends the recording in words, and what is in the file plays.
func TestDiskThatOthersFill(t *testing.T) {
	if !processtest.OwnMounts(t, time.Minute) {
		return
	}
	dir := tiny(t, leastFree+60<<20)
	r := onDisk(t, dir)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, r, "a picture", func(s Status) bool { return s.Pictures > 0 })
	other, err := os.Create(filepath.Join(dir, "others"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for err == nil {
		_, err = other.Write(make([]byte, 1<<20))
	}
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatal(err)
	}
	end := await(t, r, "the end", func(s Status) bool { return !s.Recording })
	if end.Err == nil || !strings.Contains(end.Err.Error(), dir) {
		t.Errorf("ended with %v", end.Err)
	}
	if p := streamtest.Probe(t, end.File); uint64(len(p.Packets)) != end.Pictures || end.Pictures < 1 {
		t.Errorf("%d pictures in the file: %+v", len(p.Packets), end)
	}
}

func freeNow(t *testing.T, dir string) uint64 {
	t.Helper()
	bytes, known := free(dir)
	if !known {
		t.Fatal("the room is not known")
	}
	return bytes
}

// A disk that is taken away under the recording ends it in words.
func TestDiskThatIsUnmounted(t *testing.T) {
	if !processtest.OwnMounts(t, time.Minute) {
		return
	}
	dir := tiny(t, leastFree+900<<20)
	r := onDisk(t, dir)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, r, "a picture", func(s Status) bool { return s.Pictures > 0 })
	if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
		t.Fatal(err)
	}
	end := await(t, r, "the end", func(s Status) bool { return !s.Recording })
	if end.Err == nil || !strings.Contains(end.Err.Error(), "Check the disk of "+dir) {
		t.Errorf("ended with %v", end.Err)
	}
	if r.feed.Status().State.String() != "live" {
		t.Errorf("the camera is %v", r.feed.Status().State)
	}
}

// The oldest recordings go if the owner has asked for it: none that is being written, and no
// file of others.
func TestOldestRecordingsAreRemoved(t *testing.T) {
	if !processtest.OwnMounts(t, time.Minute) {
		return
	}
	dir := tiny(t, leastFree+80<<20)
	day := time.Date(2020, time.May, 1, 0, 0, 0, 0, time.Local)
	oldest := ours(t, dir, "Yard", day, 10)
	older := ours(t, dir, "Attic", day.Add(time.Hour), 10)
	renamed := filepath.Join(dir, "Keep.mkv")
	if err := os.Rename(ours(t, dir, "Door", day.Add(-time.Hour), 5), renamed); err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(dir, "Film 2019-05-01 00.00.00.mkv")
	if err := os.WriteFile(theirs, make([]byte, 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	written := ours(t, dir, "Hall", day.Add(-2*time.Hour), 5) // by another Fanlight
	by, err := os.Open(written)
	if err != nil {
		t.Fatal(err)
	}
	defer by.Close()
	markWritten(by)

	r := onDisk(t, dir)
	r.Limit(Limits{Split: Split{Bytes: 10e6}, RemoveOldest: true})
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	s := await(t, r, "more than there is room for", func(s Status) bool { return s.Bytes > 120<<20 || !s.Recording })
	r.Stop()
	if s.Err != nil || r.Status().Lost > 0 {
		t.Fatalf("%+v", r.Status())
	}
	names := files(t, dir)
	for path, there := range map[string]bool{oldest: false, older: false, renamed: true, theirs: true, written: true, r.Status().File: true} {
		if slices.Contains(names, filepath.Base(path)) != there {
			t.Errorf("%s: there %v", path, !there)
		}
	}
	if free := freeNow(t, dir); free < leastFree-60<<20 {
		t.Errorf("%d MB are free", free>>20)
	}
}

// With nothing to remove a recording ends as without.
func TestNothingOldToRemove(t *testing.T) {
	if !processtest.OwnMounts(t, time.Minute) {
		return
	}
	dir := tiny(t, leastFree+10<<20)
	r := onDisk(t, dir)
	r.Limit(Limits{RemoveOldest: true})
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	if end := await(t, r, "the end", func(s Status) bool { return !s.Recording }); end.Err == nil || !strings.Contains(end.Err.Error(), "make room") {
		t.Errorf("ended with %v", end.Err)
	}
}
