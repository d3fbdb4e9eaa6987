package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// leastFree is how much of the disk is left to others, in bytes.
const leastFree = 200 << 20

// settle is called every second: it pushes what was written to the disk, and removes what is too
// old, or has no room.
func (d *disk) settle() {
	if d.output != nil {
		d.output.push()
	}
	if d.expire() {
		d.short = false
	}
	d.makeRoom()
	d.remove()
	switch {
	case d.short:
		d.report(fmt.Errorf("the disk of %s is nearly full, so less than %v can be kept there; make room on it, or keep less", d.Dir, d.length()))
	case d.retry.IsZero() || d.output != nil:
		d.report(nil)
	}
}

// expire reports whether what has reached its full age was removed.
func (d *disk) expire() bool {
	h := d.history
	h.mu.Lock()
	defer h.mu.Unlock()
	wall, _ := h.clock()
	return h.shelf.expire(wall.Add(-d.Length))
}

// makeRoom removes the oldest segments if the disk is nearly full.
func (d *disk) makeRoom() {
	free, known := d.history.free(d.folder.path)
	if d.full = known && free < leastFree; !d.full {
		return
	}
	d.short = true
	h := d.history
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for missing := int64(leastFree - free); n < len(h.shelf.segments) && missing > 0; n++ {
		missing -= h.shelf.segments[n].bytes
		d.full = missing > 0
	}
	h.shelf.drop(0, n)
}

// remove removes the files of segments that are gone.
func (d *disk) remove() {
	h := d.history
	h.mu.Lock()
	removed := h.shelf.removed
	h.shelf.removed = nil
	stale := d.stale()
	h.mu.Unlock()
	if stale {
		d.finish()
	}
	for _, path := range removed {
		d.erase(path)
	}
}

func (d *disk) erase(path string) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.history.log.Warn("a part of the history on disk is not removed", "err", err)
	}
}
