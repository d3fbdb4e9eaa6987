package library

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	extension = ".mkv"
	// mostListed is how many recordings are listed: the newest.
	mostListed = 2000
)

// Options configure a Library.
type Options struct {
	// Running reports whether the file of a path is being recorded.
	Running func(path string) bool
	// Thumbnail makes a small JPEG of a picture. It is called one at a time.
	Thumbnail func(picture []byte) ([]byte, error)
	Log       *slog.Logger
}

// Library is the recordings of a folder, which need not be there yet. Methods may be called
// from any goroutine.
type Library struct {
	o Options

	reading sync.Mutex // files are looked into one at a time: disks are slow

	mu    sync.Mutex
	dir   string
	known map[string]known // by name

	bin bin
}

// Info is what is known of a recording.
type Info struct {
	// File is the file's name in the folder, by which a recording is called.
	File string
	// Camera is the title in the file; without one, the file's name.
	Camera string
	Begin  time.Time
	Length time.Duration
	Bytes  int64
	// Width and Height are in pixels.
	Width, Height int
	// Running tells that it is being recorded just now.
	Running bool
}

// Name is the file's name without its ending.
func (i Info) Name() string { return strings.TrimSuffix(i.File, filepath.Ext(i.File)) }

// known is what was found in a file, as long as that stays as it is.
type known struct {
	modified  time.Time
	size      int64
	info      Info
	plays     bool
	thumbnail []byte // nil until it was asked for
}

func (k known) is(of fs.FileInfo) bool { return k.modified.Equal(of.ModTime()) && k.size == of.Size() }

// New returns the library of a folder. What a crash has left of deleted recordings is removed
// after some minutes. The caller calls Close.
func New(dir string, o Options) *Library {
	l := &Library{dir: dir, o: o, known: map[string]known{}}
	l.bin = bin{library: l, deleted: map[string]*deleted{}}
	l.bin.sweep()
	return l
}

// Close removes the deleted recordings.
func (l *Library) Close() { l.bin.empty() }

// Folder returns the folder's path.
func (l *Library) Folder() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dir
}

// SetFolder has the recordings of another folder listed. Those that were deleted from the
// folder before are removed. It is not called from two goroutines at a time.
func (l *Library) SetFolder(dir string) {
	l.bin.empty()
	l.mu.Lock()
	l.dir, l.known = dir, map[string]known{}
	l.mu.Unlock()
	l.bin.sweep()
}

// List returns the recordings that can be played, the newest first. It looks only into files
// that are new or have changed since, and ends with ctx.
func (l *Library) List(ctx context.Context) ([]Info, error) {
	root, err := os.OpenRoot(l.Folder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the recordings in %s cannot be listed: %w", l.Folder(), err)
	}
	defer root.Close()
	found, err := candidates(root)
	if err != nil {
		return nil, fmt.Errorf("the recordings in %s cannot be listed: %w", l.Folder(), err)
	}
	l.forget(found)
	var infos []Info
	for _, file := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if k := l.look(root, file); k.plays {
			infos = append(infos, k.info)
		}
	}
	slices.SortStableFunc(infos, func(a, b Info) int { return b.Begin.Compare(a.Begin) })
	return infos, nil
}

// candidates are the files that may be recordings, the newest first.
func candidates(root *os.Root) ([]fs.FileInfo, error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var found []fs.FileInfo
	for _, entry := range entries {
		if !entry.Type().IsRegular() || checkName(entry.Name()) != nil {
			continue
		}
		if file, err := entry.Info(); err == nil {
			found = append(found, file)
		}
	}
	slices.SortFunc(found, func(a, b fs.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	return found[:min(len(found), mostListed)], nil
}

// forget forgets files that are gone.
func (l *Library) forget(found []fs.FileInfo) {
	here := map[string]bool{}
	for _, file := range found {
		here[file.Name()] = true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range l.known {
		if !here[name] {
			delete(l.known, name)
		}
	}
}

// look looks into a file, if it has changed since.
func (l *Library) look(root *os.Root, file fs.FileInfo) known {
	name := file.Name()
	old, ok := l.recall(name)
	k := old
	if !ok || !old.is(file) {
		k = known{modified: file.ModTime(), size: file.Size()}
		l.reading.Lock()
		recording, err := l.open(root, name)
		if err == nil {
			k.plays, k.info = true, recording.Info
			recording.Close()
		}
		if k.info.Begin.Equal(old.info.Begin) { // it has grown
			k.thumbnail = old.thumbnail
		}
		l.reading.Unlock()
	}
	if !ok || !old.is(file) || old.info.Running { // one that is not written stays as it is
		k.info.Running = l.isRunning(name)
		l.keep(name, k)
	}
	return k
}

func (l *Library) recall(name string) (known, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, ok := l.known[name]
	return k, ok
}

func (l *Library) keep(name string, k known) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[name] = k
}

// Thumbnail returns a small JPEG of a recording.
func (l *Library) Thumbnail(name string) ([]byte, error) {
	root, err := l.root(name)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.Lstat(name)
	if err != nil {
		return nil, errGone
	}
	k := l.look(root, file)
	if !k.plays {
		return nil, errBroken
	}
	if k.thumbnail != nil {
		return k.thumbnail, nil
	}
	l.reading.Lock()
	defer l.reading.Unlock()
	recording, err := l.open(root, name)
	if err != nil {
		return nil, err
	}
	defer recording.Close()
	frame, err := recording.At(recording.Begin.Add(recording.Length / 3)) // recordings often begin dark
	if frame == nil || err != nil {
		return nil, cmp.Or(err, errBroken)
	}
	defer frame.Release()
	if k.thumbnail, err = l.o.Thumbnail(frame.JPEG); err != nil {
		return nil, err
	}
	l.keep(name, k)
	return k.thumbnail, nil
}

// Open opens a recording, which the caller closes.
func (l *Library) Open(name string) (*Recording, error) {
	root, err := l.root(name)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return l.open(root, name)
}

// root opens the folder to reach a file of a name in it.
func (l *Library) root(name string) (*os.Root, error) {
	if checkName(name) != nil {
		return nil, errGone
	}
	root, err := os.OpenRoot(l.Folder())
	if err != nil {
		return nil, errGone
	}
	return root, nil
}

// isRunning reports whether a file is being recorded.
func (l *Library) isRunning(name string) bool { return l.o.Running(filepath.Join(l.Folder(), name)) }
