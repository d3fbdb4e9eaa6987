package library

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"time"
)

const (
	// binFolder is where deleted recordings are until they are removed, each in a folder of
	// its own: names can be the same.
	binFolder = ".fanlight-deleted"
	// keepFor is how long deleting can be undone.
	keepFor = 5 * time.Minute
)

var errTooLate = errors.New("this recording cannot be brought back any more; that is possible for five minutes")

// bin is the deleted recordings.
type bin struct {
	library *Library

	mu      sync.Mutex
	deleted map[string]*deleted // by where they are
}

type deleted struct {
	name  string
	at    time.Time
	ours  bool // or another program has deleted it, which may run
	timer *time.Timer
}

// Delete puts a recording away. For five minutes it can be brought back.
func (l *Library) Delete(name string) error {
	root, err := l.changing(name)
	if err != nil {
		return err
	}
	defer root.Close()
	place := path.Join(binFolder, rand.Text())
	if err := root.MkdirAll(place, 0o700); err != nil {
		return fmt.Errorf("the recording cannot be deleted; check whether the folder is yours: %w", err)
	}
	if err := move(root, name, path.Join(place, name)); err != nil {
		root.RemoveAll(place)
		return err
	}
	l.bin.add(place, name, time.Now(), true)
	return nil
}

// Undelete brings back the recording of a name that was deleted last.
func (l *Library) Undelete(name string) error {
	root, err := l.root(name)
	if err != nil {
		return err
	}
	defer root.Close()
	l.bin.mu.Lock()
	defer l.bin.mu.Unlock()
	place, latest := "", time.Time{}
	for at, d := range l.bin.deleted {
		if d.name == name && d.at.After(latest) {
			place, latest = at, d.at
		}
	}
	if place == "" {
		return errTooLate
	}
	if _, err := root.Lstat(path.Join(place, name)); err != nil { // another program has brought it back, or removed it
		l.bin.drop(place)
		return errTooLate
	}
	if err := move(root, path.Join(place, name), name); err != nil {
		return err
	}
	l.bin.drop(place)
	root.RemoveAll(place)
	root.Remove(binFolder) // if it is empty
	return nil
}

// Spare removes the recording of a folder that was deleted first, though it could still be
// brought back, and reports whether there was one. It is for a disk that is full.
func (l *Library) Spare(dir string) bool {
	if l.Folder() != dir {
		return false
	}
	l.bin.mu.Lock()
	defer l.bin.mu.Unlock()
	first := ""
	for place, d := range l.bin.deleted {
		if first == "" || d.at.Before(l.bin.deleted[first].at) {
			first = place
		}
	}
	if first == "" {
		return false
	}
	l.o.Log.Info("removed a deleted recording for good, as the disk is nearly full", "file", l.bin.deleted[first].name)
	l.bin.remove(first)
	return true
}

// Deleted returns the names of the recordings that can be brought back.
func (l *Library) Deleted() (names []string) {
	l.bin.mu.Lock()
	defer l.bin.mu.Unlock()
	for _, d := range l.bin.deleted {
		if !slices.Contains(names, d.name) {
			names = append(names, d.name)
		}
	}
	slices.Sort(names)
	return names
}

func (b *bin) add(place, name string, at time.Time, ours bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := &deleted{name: name, at: at, ours: ours}
	d.timer = time.AfterFunc(time.Until(at.Add(keepFor)), func() { b.expire(place) })
	b.deleted[place] = d
}

// expire removes a recording whose time is over.
func (b *bin) expire(place string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.deleted[place] != nil {
		b.remove(place)
	}
}

// drop has a recording no longer among the deleted ones. It is called with mu held.
func (b *bin) drop(place string) {
	b.deleted[place].timer.Stop()
	delete(b.deleted, place)
}

// remove is called with mu held.
func (b *bin) remove(place string) {
	b.drop(place)
	root, err := os.OpenRoot(b.library.Folder())
	if err != nil {
		return // the folder is gone
	}
	defer root.Close()
	if err := root.RemoveAll(place); err != nil {
		b.library.o.Log.Warn("deleted recording not removed", "folder", b.library.Folder(), "err", err)
	}
	root.Remove(binFolder) // if it is empty
}

// empty removes all that this program has deleted. What another one has may still be brought back
// there.
func (b *bin) empty() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for place, d := range b.deleted {
		if d.ours {
			b.remove(place)
		} else {
			b.drop(place)
		}
	}
}

// sweep takes over what a program that ended without Close has left, or that runs: it can be
// brought back, and is removed when its time is over.
func (b *bin) sweep() {
	root, err := os.OpenRoot(b.library.Folder())
	if err != nil {
		return
	}
	defer root.Close()
	left, _ := fs.ReadDir(root.FS(), binFolder)
	for _, entry := range left {
		place := path.Join(binFolder, entry.Name())
		files, _ := fs.ReadDir(root.FS(), place)
		if info, err := entry.Info(); err == nil && len(files) == 1 {
			b.add(place, files[0].Name(), info.ModTime(), false)
		}
	}
}
