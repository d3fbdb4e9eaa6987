package history

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a crashed program has left is removed, and what a running one has is not.
func TestFolderIsOnesOwn(t *testing.T) {
	all := filepath.Join(onDisk(t), "fanlight", "history")
	if err := clean(all); err != nil {
		t.Errorf("of none: %v", err)
	}
	if _, err := os.Stat(all); err == nil {
		t.Error("cleaning has made a folder")
	}
	make := func() *folder {
		t.Helper()
		f, err := openFolder(all)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.file(1), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return f
	}
	there := func(f *folder) bool { _, err := os.Stat(f.file(1)); return err == nil }
	running, crashed := make(), make()
	for _, dir := range []string{all, running.path, crashed.path} {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", dir, info.Mode(), err)
		}
	}
	crashed.lock.Close()
	early := filepath.Join(all, "before-its-lock")
	if err := os.Mkdir(early, 0o700); err != nil {
		t.Fatal(err)
	}
	later := make()
	if _, err := os.Stat(early); !there(running) || there(crashed) || err == nil {
		t.Errorf("running %v, crashed %v, %v", there(running), there(crashed), err)
	}
	later.lock.Close() // crashes, too
	if err := clean(all); err != nil || there(later) || !there(running) {
		t.Errorf("%v, running %v, crashed %v", err, there(running), there(later))
	}
	if err := running.remove(); err != nil || there(running) {
		t.Errorf("%v, %v", err, there(running))
	}
}

// Memory is refused, and so is what nobody may write to.
func TestFolderThatIsNone(t *testing.T) {
	memory, err := os.MkdirTemp("/dev/shm", "*")
	if err != nil || !inMemory(memory) {
		t.Skip("/dev/shm is not in memory")
	}
	defer os.RemoveAll(memory)
	if _, err := openFolder(memory); err == nil || !strings.Contains(err.Error(), "is in memory and not on a disk") {
		t.Error(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openFolder(filepath.Join(file, "history")); err == nil || !strings.Contains(err.Error(), "check that the folder is yours") {
		t.Error(err)
	}
}
