package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// lockName is the file that is locked (flock(2)) in the folder of a program while that runs, and
// in the folder of all while one of them begins or removes another's.
const lockName = "lock"

// folder is a program's own.
type folder struct {
	path string
	lock *os.File
}

// openFolder makes a folder in that of all programs. It removes what crashed ones have left.
func openFolder(all string) (*folder, error) {
	if err := os.MkdirAll(all, 0o700); err != nil {
		return nil, unusable(all, err)
	}
	if inMemory(all) {
		return nil, fmt.Errorf("%s is in memory and not on a disk, so no pictures are kept there; set XDG_CACHE_HOME to a folder on a disk", all)
	}
	locked, err := lock(all, unix.LOCK_EX)
	if err != nil {
		return nil, unusable(all, err)
	}
	defer locked.Close()
	if err := removeLeft(all); err != nil {
		return nil, unusable(all, err)
	}
	path, err := os.MkdirTemp(all, "*")
	if err != nil {
		return nil, unusable(all, err)
	}
	own, err := lock(path, unix.LOCK_EX)
	if err != nil {
		os.RemoveAll(path)
		return nil, unusable(all, err)
	}
	return &folder{path, own}, nil
}

func unusable(dir string, err error) error {
	return fmt.Errorf("no pictures can be kept on disk in %s; check that the folder is yours: %w", dir, err)
}

// clean removes what crashed programs have left in the folder of all.
func clean(all string) error {
	locked, err := lock(all, unix.LOCK_EX)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		defer locked.Close()
		err = removeLeft(all)
	}
	if err != nil {
		return fmt.Errorf("pictures of an earlier run are left in %s; remove them by hand: %w", all, err)
	}
	return nil
}

// removeLeft removes the folders of programs that do not run. It is called with the folder of
// all locked.
func removeLeft(all string) error {
	found, err := os.ReadDir(all)
	if err != nil {
		return err
	}
	for _, entry := range found {
		path := filepath.Join(all, entry.Name())
		if !entry.IsDir() || runs(path) {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return nil
}

// runs reports whether the program of a folder runs.
func runs(path string) bool {
	locked, err := lock(path, unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		locked.Close()
	}
	return errors.Is(err, unix.EWOULDBLOCK)
}

// lock locks a folder until the file is closed.
func lock(dir string, how int) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := unix.Flock(int(file.Fd()), how)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, unix.EINTR) {
			file.Close()
			return nil, err
		}
	}
}

// remove removes the folder with all that is in it.
func (f *folder) remove() error {
	defer f.lock.Close()
	return os.RemoveAll(f.path)
}

// inMemory reports whether a folder takes memory and not a disk.
func inMemory(dir string) bool {
	var s unix.Statfs_t
	return unix.Statfs(dir, &s) == nil && (s.Type == unix.TMPFS_MAGIC || s.Type == unix.RAMFS_MAGIC)
}

// free returns how many bytes the user may write to the disk of a folder.
func free(dir string) (bytes uint64, known bool) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}

// uncache has a file written to its disk, and not kept in memory besides. Neither fsync(2) nor
// fdatasync(2) is needed, which would wait for the disk's own cache: nothing has to survive.
func uncache(file *os.File) {
	fd := int(file.Fd())
	_ = unix.SyncFileRange(fd, 0, 0, unix.SYNC_FILE_RANGE_WAIT_BEFORE|unix.SYNC_FILE_RANGE_WRITE|unix.SYNC_FILE_RANGE_WAIT_AFTER)
	_ = unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED)
}
