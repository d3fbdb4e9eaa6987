package recording

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"fanlight/streaming/filename"
	"fanlight/streaming/matroska"
)

// Spare has a full disk freed by a function first, before a recording ends or an old one is
// removed: it gives up one thing in a folder that is kept for convenience only, and reports
// whether there was one. It is called before Start.
func (r *Recorder) Spare(one func(dir string) bool) { r.spare = one }

// makeRoom returns a fullError if the disk of a folder is nearly full, or will be with so many bytes
// more, and stays so.
func (r *Recorder) makeRoom(dir string, more int) error {
	err := enoughRoom(dir, more)
	for err != nil && r.spare != nil && r.spare(dir) {
		err = enoughRoom(dir, more)
	}
	for err != nil && r.removesOldest() {
		path, removed := removeOldest(dir)
		if !removed {
			return err
		}
		r.log.Info("removed the oldest recording, as the disk is nearly full", "file", path)
		err = enoughRoom(dir, more)
	}
	return err
}

// removeOldest removes the oldest recording of a folder: none that is being written, and
// nothing that was not recorded here or that has another name since.
func removeOldest(dir string) (path string, removed bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", false
	}
	type recording struct {
		name  string
		begun time.Time
	}
	var all []recording
	for _, e := range entries {
		if begun, named := filename.Recorded(e.Name()); named && e.Type().IsRegular() {
			all = append(all, recording{e.Name(), begun})
		}
	}
	slices.SortStableFunc(all, func(a, b recording) int { return a.begun.Compare(b.begun) })
	for _, one := range all {
		path := filepath.Join(dir, one.name)
		if removeOurs(path) {
			commit(dir)
			return path, true
		}
	}
	return "", false
}

// removeOurs removes a file if it is a recording of Fanlight's that nobody writes.
func removeOurs(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	return matroska.IsOurs(file) && !isWritten(file) && os.Remove(path) == nil
}
