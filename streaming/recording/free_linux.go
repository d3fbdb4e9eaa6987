package recording

import "golang.org/x/sys/unix"

// free returns how many bytes the user may write to the disk of a folder.
func free(dir string) (bytes uint64, known bool) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
