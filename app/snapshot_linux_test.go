package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestSnapshotLeavesTheFileWhatItIs has files that are more than names of pictures.
func TestSnapshotLeavesTheFileWhatItIs(t *testing.T) {
	snapshots(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	err := errors.Join(os.WriteFile(in("kept.jpg"), []byte("old"), 0o600), os.Chmod(in("kept.jpg"), 0o644),
		os.Symlink("behind.jpg", in("link.jpg")), os.WriteFile(in("behind.jpg"), nil, 0o600), syscall.Mkfifo(in("pipe"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan []byte, 1)
	go func() {
		picture, _ := os.ReadFile(in("pipe"))
		read <- picture
	}()
	for name, mode := range map[string]fs.FileMode{"new.jpg": 0o600, "kept.jpg": 0o644, "link.jpg": fs.ModeSymlink | 0o777, "pipe": fs.ModeNamedPipe | 0o600} {
		if code, _, told := snap(t, in(name), "--camera", "emulated"); code != exitClean {
			t.Fatalf("%s: %d, %s", name, code, told)
		}
		if now, err := os.Lstat(in(name)); err != nil || now.Mode() != mode {
			t.Errorf("%s is %v (%v), want %v", name, now.Mode(), err, mode)
		}
	}
	isFrom(t, "Emulated camera", <-read)
	for _, name := range []string{"new.jpg", "kept.jpg", "behind.jpg"} {
		picture, err := os.ReadFile(in(name))
		if err != nil {
			t.Fatal(err)
		}
		isFrom(t, "Emulated camera", picture)
	}
	if left, _ := filepath.Glob(in(".fanlight-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
