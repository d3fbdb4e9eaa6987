package recording

import (
	"errors"
	"fmt"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/sound"
)

// ErrNothingKept is the error of SaveLast where there is nothing to save. Its text is a
// sentence for the user.
var ErrNothingKept = errors.New("there is nothing to save: no pictures are kept. They are kept while the camera is on, unless none are to be kept in memory")

var errSaving = errors.New("what was before is being saved already; wait until the disk has it, and save again")

// Saved is what SaveLast has written.
type Saved struct {
	Files    []string // their paths: more than one where pictures change their size
	Pictures int
	Bytes    int64
	Length   time.Duration // from the first picture to the last
}

// SaveLast records what has already happened: the pictures up to the newest that is kept,
// from a time before that one on. It does not need the camera, and disturbs no recording that
// is running.
func (r *Recorder) SaveLast(last time.Duration) (Saved, error) {
	if !r.saving.TryLock() { // the pictures of each would stay in memory for as long as a disk takes
		return Saved{}, errSaving
	}
	defer r.saving.Unlock()
	sections := r.past.Sections()
	if len(sections) == 0 {
		return Saved{}, ErrNothingKept
	}
	s := stretch{past: r.past, most: r.mostHeld}
	defer s.release()
	if err := s.begin(sections[len(sections)-1].To, last); err != nil {
		return Saved{}, err
	}
	if len(s.held) == 0 {
		return Saved{}, ErrNothingKept
	}
	dir := r.folder()
	if err := r.ready(dir); err != nil {
		return Saved{}, err
	}
	saved, err := r.save(dir, &s)
	if err != nil {
		return saved, fmt.Errorf("not all of the last %v could be saved; check the disk of %s, and save again: %w", last, dir, err)
	}
	r.log.Info("saved what was before", "files", saved.Files, "pictures", saved.Pictures, "bytes", saved.Bytes)
	return saved, nil
}

// heard returns the sound that is kept of a stretch.
func (r *Recorder) heard(s *stretch) []*sound.Packet {
	if r.sound == nil {
		return nil
	}
	return r.sound.Between(s.held[0].Taken, s.end)
}

// save writes a stretch, with its sound if there is any, to files of their own.
func (r *Recorder) save(dir string, s *stretch) (saved Saved, err error) {
	first, heard := s.held[0].Taken, r.heard(s)
	o := output{dir: dir, name: r.name, sound: len(heard) > 0}
	for len(s.held) > 0 && err == nil {
		if err = r.makeRoom(dir, s.size()); err != nil {
			break
		}
		for _, f := range s.held {
			if heard, err = o.both(heard, f); err != nil {
				break
			}
			saved.Pictures++
			saved.Length = f.Taken.Sub(first)
		}
		if err == nil {
			err = s.goOn()
		}
	}
	if closed := o.close(); err == nil {
		err = closed
	}
	saved.Files, saved.Bytes = o.paths, o.bytes
	return saved, err
}

// both adds a picture and the sound that was before it, and returns the sound that was not.
func (o *output) both(heard []*sound.Packet, f *streaming.Frame) (later []*sound.Packet, err error) {
	for ; len(heard) > 0 && heard[0].Taken.Before(f.Taken); heard = heard[1:] {
		if err := o.hear(packet{heard[0].Taken, heard[0].Opus}); err != nil {
			return heard, err
		}
	}
	return heard, o.write(f)
}
