package recording

import (
	"os"

	"golang.org/x/sys/unix"
)

// free returns how many bytes the user may write to the disk of a folder.
func free(dir string) (bytes uint64, known bool) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}

// commit makes the room of removed files free, which Btrfs and XFS do later by themselves.
func commit(dir string) {
	if folder, err := os.Open(dir); err == nil {
		_ = unix.Syncfs(int(folder.Fd())) // what fails is seen by how much is free
		folder.Close()
	}
}

// markWritten marks a file as one that is being written, until it is closed. A file system
// that knows no locks leaves it unmarked.
func markWritten(file *os.File) { _ = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// isWritten reports whether a Fanlight, this one or another, has marked a file, or may have.
func isWritten(file *os.File) bool {
	return unix.Flock(int(file.Fd()), unix.LOCK_SH|unix.LOCK_NB) != nil
}

// isMarked reports whether one certainly has.
func isMarked(file *os.File) bool {
	return unix.Flock(int(file.Fd()), unix.LOCK_SH|unix.LOCK_NB) == unix.EWOULDBLOCK
}
