package main

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"

	"golang.org/x/sys/unix"
)

// A power cut takes no more than the last second: the disk is copied from under the recorder,
// and mounted as after a power cut, with what the journal has.
func TestRecordingSurvivesAPowerCut(t *testing.T) {
	if !processtest.OwnMounts(t, 2*patience) {
		return
	}
	image := processtest.Ext4(t, 600<<20)
	dir := processtest.LoopDisk(t, image)
	h := startHeadless(t, "--camera", folder(t), "--fps", "15", "--record", dir)
	h.waitFor(t, "pictures", func(s status) bool { return s.Pictures > 60 })
	for n := range 3 {
		time.Sleep(1500 * time.Millisecond) // of pictures
		cut := time.Now()
		after := filepath.Join(t.TempDir(), fmt.Sprint(n))
		if out, err := processtest.Command(t, patience, "cp", "--sparse=always", image, after).CombinedOutput(); err != nil {
			t.Fatalf("cp: %v: %s", err, out)
		}
		found := processtest.LoopDisk(t, after)
		files, err := filepath.Glob(filepath.Join(found, "*.mkv"))
		if err != nil || len(files) != 1 {
			t.Fatalf("recordings %q, %v", files, err)
		}
		f := probe(t, files[0])
		lost := cut.Sub(f.last())
		t.Logf("%d pictures, the last %v are missing", len(f.times), lost)
		if lost > 1500*time.Millisecond { // a second between two syncs, and what they take
			t.Errorf("the last %v are missing", lost)
		}
	}
	if code := h.stop(); code != exitClean {
		t.Errorf("ended with %d", code)
	}
	_ = unix.Unmount(dir, unix.MNT_DETACH) // before its folder goes
}
