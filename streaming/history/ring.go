package history

import (
	"slices"
	"sort"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

// perFrame is about how much memory a picture takes besides its JPEG, in bytes.
const perFrame = 512

// size is how much memory a picture takes.
func size(f *streaming.Frame) int { return cap(f.JPEG) + perFrame }

// ring holds frames in order, and lets go of the oldest. The zero ring is empty.
type ring struct {
	held     []held // from head on
	head     int
	bytes    int
	sections []section
	latest   time.Time // taken of the last frame that was added
}

// held is a frame of a ring.
type held struct {
	frame *streaming.Frame
	taken time.Time // in order, to the microsecond, by the wall clock
	came  time.Time
}

// section is a section, and the Run of its frames.
type section struct {
	replay.Section
	run uint64
}

func (r *ring) len() int { return len(r.held) - r.head }

func (r *ring) at(n int) *held { return &r.held[r.head+n] }

func (r *ring) first() *held { return r.at(0) }

// add takes over a held frame that came now.
func (r *ring) add(f *streaming.Frame, now time.Time) {
	taken := f.Taken.Round(0)
	if taken.After(now) {
		taken = now
	}
	taken = taken.Truncate(time.Microsecond)
	if taken.Before(r.latest) {
		taken = r.latest
	}
	r.latest = taken
	if r.head > len(r.held)/2 { // in the place of growing
		r.held = slices.Delete(r.held, 0, r.head)
		r.head = 0
	}
	r.held = append(r.held, held{f, taken, now})
	r.bytes += size(f)
	if n := len(r.sections); n == 0 || r.sections[n-1].run != f.Run {
		r.sections = append(r.sections, section{replay.Section{From: taken}, f.Run})
	}
	last := &r.sections[len(r.sections)-1]
	last.To = taken
	last.Pictures++
}

// drop lets go of the oldest frame.
func (r *ring) drop() {
	first := r.first()
	r.bytes -= size(first.frame)
	first.frame.Release()
	*first = held{}
	r.head++
	if oldest := &r.sections[0]; oldest.Pictures == 1 {
		r.sections = slices.Delete(r.sections, 0, 1)
	} else {
		oldest.Pictures--
		oldest.From = r.first().taken
	}
}

// shrink lets go of the oldest frames until no more than so many bytes are held.
func (r *ring) shrink(most int) {
	for r.bytes > most {
		r.drop()
	}
}

// expire lets go of the frames that came at a time or before it.
func (r *ring) expire(until time.Time) {
	for r.len() > 0 && !r.first().came.After(until) {
		r.drop()
	}
}

// empty lets go of everything, and of its own memory.
func (r *ring) empty() {
	r.shrink(0)
	*r = ring{}
}

// behind returns the index of the first frame that was taken after a time.
func (r *ring) behind(t time.Time) int {
	t = t.Truncate(time.Microsecond)
	return sort.Search(r.len(), func(n int) bool { return r.at(n).taken.After(t) })
}

// from returns the index of the first frame with a Seq or a higher one.
func (r *ring) from(seq uint64) int {
	return sort.Search(r.len(), func(n int) bool { return r.at(n).frame.Seq >= seq })
}

// hold returns the frame of an index for the caller to release; nil if there is none.
func (r *ring) hold(n int) *streaming.Frame {
	if n < 0 || n >= r.len() {
		return nil
	}
	f := r.at(n).frame
	f.Hold()
	return f
}
