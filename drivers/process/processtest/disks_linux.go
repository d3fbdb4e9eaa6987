package processtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Ext4 makes an image of an ext4 file system of a size in bytes, which takes room only for what
// is in it.
func Ext4(t *testing.T, bytes int64) (image string) {
	t.Helper()
	if _, err := exec.LookPath("mkfs.ext4"); err != nil {
		t.Fatalf("%v; make setup-test installs it", err)
	}
	image = filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(image, bytes); err != nil {
		t.Fatal(err)
	}
	if out, err := Command(t, patience, "mkfs.ext4", "-q", image).CombinedOutput(); err != nil {
		t.Fatalf("mkfs.ext4: %v: %s", err, out)
	}
	return image
}

// LoopDisk mounts the file system of an image until the test ends; see OwnMounts. It skips the
// test where there are no loop devices.
func LoopDisk(t *testing.T, image string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if out, err := Command(t, patience, "mount", "-o", "loop", image, dir).CombinedOutput(); err != nil {
		t.Skipf("images cannot be mounted here, as they can as root: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }) // the test may have done so
	return dir
}
