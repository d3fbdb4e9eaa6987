package recording

import (
	"errors"
	"fmt"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
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
	pictures, err := r.last(last)
	defer func() {
		for _, f := range pictures {
			f.Release()
		}
	}()
	if err != nil {
		return Saved{}, err
	}
	if len(pictures) == 0 {
		return Saved{}, ErrNothingKept
	}
	dir := r.folder()
	if err := r.ready(dir); err != nil {
		return Saved{}, err
	}
	saved, err := r.save(dir, pictures, r.heard(pictures))
	if err != nil {
		return saved, fmt.Errorf("not all of the last %v could be saved; check the disk of %s, and save again: %w", last, dir, err)
	}
	r.log.Info("saved what was before", "files", saved.Files, "pictures", saved.Pictures, "bytes", saved.Bytes)
	return saved, nil
}

// last returns the pictures of a time up to the newest, held, so that a slow disk loses none.
func (r *Recorder) last(d time.Duration) (pictures []*streaming.Frame, err error) {
	sections := r.past.Sections()
	if len(sections) == 0 {
		return nil, nil
	}
	newest := sections[len(sections)-1].To
	f, err := r.past.At(newest.Add(-d))
	for f != nil && err == nil {
		if pictures = append(pictures, f); len(pictures) == most(sections) {
			break
		}
		f, err = r.past.After(f)
	}
	if len(pictures) > 1 && pictures[0].Run != pictures[1].Run { // the moment is in a gap
		pictures[0].Release()
		pictures = pictures[1:]
	}
	return pictures, err
}

// most is how many pictures there are, which ends a loop over a past that grows.
func most(sections []replay.Section) (pictures int) {
	for _, s := range sections {
		pictures += s.Pictures
	}
	return pictures
}

// heard returns the sound that is kept from the first picture to the last.
func (r *Recorder) heard(pictures []*streaming.Frame) []*sound.Packet {
	if r.sound == nil {
		return nil
	}
	return r.sound.Between(pictures[0].Taken, pictures[len(pictures)-1].Taken)
}

// save writes pictures, and sound if there is any, to files of their own.
func (r *Recorder) save(dir string, pictures []*streaming.Frame, heard []*sound.Packet) (saved Saved, err error) {
	o := output{dir: dir, name: r.name, sound: len(heard) > 0}
	for _, f := range pictures {
		for ; err == nil && len(heard) > 0 && heard[0].Taken.Before(f.Taken); heard = heard[1:] {
			err = o.hear(packet{heard[0].Taken, heard[0].Opus})
		}
		if err == nil {
			err = o.write(f)
		}
		if err != nil {
			break
		}
		saved.Pictures++
		saved.Length = f.Taken.Sub(pictures[0].Taken)
	}
	if closed := o.close(); err == nil {
		err = closed
	}
	saved.Files, saved.Bytes = o.paths, o.bytes
	return saved, err
}
