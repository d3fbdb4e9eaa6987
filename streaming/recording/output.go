package recording

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/filename"
)

// output is the files of a recording, one after another. It is for one goroutine.
type output struct {
	dir  string
	name func() string
	// split returns when to begin another file; nil for never. Lapse is set for a time lapse,
	// and sound where there is sound.
	split func() Split
	lapse bool
	sound bool

	file          *file // nil before the first picture
	width, height int

	paths    []string // of all files
	bytes    int64    // of those that are complete
	pictures uint64   // in those
}

// setBack is how far times go back at least where a clock was set. Less is a correction.
const setBack = time.Second

// ends reports whether a picture is for another file than the one that is open.
func (o *output) ends(f *streaming.Frame) bool {
	return f.Width != o.width || f.Height != o.height || o.sound != o.file.sound || o.file.goesBack(f) ||
		o.split != nil && o.split().reached(o.file, f)
}

// write adds a picture, to a new file where pictures change their size, where sound begins or
// ends, where times go back, which those of a file cannot, and where to split.
func (o *output) write(f *streaming.Frame) error {
	if o.file != nil && o.ends(f) {
		if err := o.close(); err != nil {
			return err
		}
	}
	if o.file == nil {
		made, err := create(o.dir, o.name(), f, o.sound)
		if err != nil {
			return err
		}
		o.file, o.width, o.height = made, f.Width, f.Height
		o.file.lapse = o.lapse
		o.paths = append(o.paths, made.Name())
	}
	return o.file.add(f)
}

// close completes the file.
func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	err := o.file.close()
	o.bytes += o.file.writer.Size()
	o.pictures += o.file.pictures
	o.file = nil
	return err
}

// hear adds sound. What was before the first picture is left out.
func (o *output) hear(p packet) error {
	if o.file == nil {
		return nil
	}
	return o.file.hear(p)
}

// create makes a file for pictures like f, under a name that no other file has.
func create(dir, name string, f *streaming.Frame, withSound bool) (*file, error) {
	for n := 1; ; n++ {
		path := filepath.Join(dir, filename.Recording(name, f.Taken, n))
		made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return newFile(made, name, f, withSound)
	}
}
