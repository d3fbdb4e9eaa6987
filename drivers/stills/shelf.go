package stills

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sort"

	"fanlight/drivers/camera"
)

// shelf is what is known of a folder: its pictures, and what is wrong with the others. It
// is for one goroutine at a time.
type shelf struct {
	dir   string
	log   *slog.Logger // is told of each file that is passed over; nil for nobody
	files map[string]*file
	bytes int
	shown []shown // the pictures that there are, in name order; a look makes a new one
}

// shown is a picture of the folder.
type shown struct {
	name    string
	picture camera.Picture
}

// file is an entry of the folder as it was when it was read.
type file struct {
	info    fs.FileInfo    // nil if the system did not say
	picture camera.Picture // of the last time that it could be shown
	fault   error          // why it cannot be shown now
	told    bool           // of the fault
}

// look reads what is new or has changed since the last look, and forgets what is gone. A
// fault is believed when the next look finds the file unchanged: till then somebody may
// be writing it. It is an error if no picture is left.
func (s *shelf) look(ctx context.Context) error {
	found, err := names(s.dir)
	if err != nil {
		return err
	}
	before := s.files
	s.files, s.bytes, s.shown = map[string]*file{}, 0, nil
	var fault error // of the first that has one
	for _, name := range found {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f := s.lookAt(name, before[name])
		s.files[name] = f
		if f.picture.JPEG != nil {
			s.bytes += len(f.picture.JPEG)
			s.shown = append(s.shown, shown{name, f.picture})
		} else if fault == nil {
			fault = f.fault
		}
	}
	switch {
	case len(s.shown) > 0:
		return nil
	case fault != nil:
		return fault
	default:
		return errNoPictures(s.dir)
	}
}

// lookAt returns a file as it is now, for what it was before, or nil.
func (s *shelf) lookAt(name string, before *file) *file {
	path := filepath.Join(s.dir, name)
	info, err := stat(path)
	if before != nil && same(before.info, info) {
		s.believe(before)
		return before
	}
	now := &file{info: info, fault: err}
	if before != nil {
		now.picture = before.picture
	}
	if err != nil {
		return now
	}
	picture, err := read(path)
	if err == nil && s.bytes+len(picture.JPEG) > mostBytes {
		picture, err = camera.Picture{}, fmt.Errorf("%s is one too many: the pictures of a folder may have %d MiB together; move some out", path, mostBytes>>20)
	}
	if now.fault = err; err == nil {
		now.picture = picture
	}
	return now
}

// believe takes a file's fault for true.
func (s *shelf) believe(f *file) {
	if f.fault == nil || f.told {
		return
	}
	f.told, f.picture = true, camera.Picture{}
	if s.log != nil {
		s.log.Warn("picture passed over", "err", f.fault)
	}
}

// same reports whether a file has not changed.
func same(before, now fs.FileInfo) bool {
	if before == nil || now == nil {
		return before == nil && now == nil
	}
	return os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

// after returns the one behind that with a name, or the first.
func after(pictures []shown, name string) shown {
	at := sort.Search(len(pictures), func(n int) bool { return pictures[n].name > name })
	return pictures[at%len(pictures)]
}
