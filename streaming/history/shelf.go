package history

import (
	"slices"
	"sort"
	"time"

	"fanlight/streaming/replay"
)

// shelf is the segments on disk, in order. It is guarded by History.mu. The zero shelf is empty.
type shelf struct {
	segments []*segment
	bytes    int64
	removed  []string // paths of files that are to be removed
}

// grow adds a picture to the last segment, or to a new one, which has so many bytes then.
func (s *shelf) grow(last *segment, p place, came time.Time, bytes int64) {
	if last.places == nil {
		s.segments = append(s.segments, last)
	}
	last.places = append(last.places, p)
	s.bytes += bytes - last.bytes
	last.bytes, last.came = bytes, came
}

// drop removes segments by their numbers.
func (s *shelf) drop(from, to int) {
	for _, segment := range s.segments[from:to] {
		segment.gone = true
		s.bytes -= segment.bytes
		s.removed = append(s.removed, segment.path)
	}
	s.segments = slices.Delete(s.segments, from, to)
}

func (s *shelf) empty() { s.drop(0, len(s.segments)) }

// expire removes the segments whose last picture came at a time or before it.
func (s *shelf) expire(until time.Time) (expired bool) {
	n := 0
	for n < len(s.segments) && !s.segments[n].came.After(until) {
		n++
	}
	s.drop(0, n)
	return n > 0
}

// lose removes a segment that cannot be read.
func (s *shelf) lose(lost *segment) {
	for n, segment := range s.segments {
		if segment == lost {
			s.drop(n, n+1)
			return
		}
	}
}

// from returns the first picture with a Seq or a higher one.
func (s *shelf) from(seq uint64) spot {
	n := sort.Search(len(s.segments), func(n int) bool { return s.segments[n].next() > seq })
	if n == len(s.segments) {
		return spot{}
	}
	found := s.segments[n]
	return found.spot(int(max(seq, found.seq) - found.seq))
}

// before returns the last picture with a lower Seq.
func (s *shelf) before(seq uint64) spot {
	n := sort.Search(len(s.segments), func(n int) bool { return s.segments[n].seq >= seq }) - 1
	if n < 0 {
		return spot{}
	}
	found := s.segments[n]
	return found.spot(int(min(seq, found.next())-found.seq) - 1)
}

// at returns the last picture that was taken at a time or before it, or else the first one.
func (s *shelf) at(t time.Time) spot {
	if len(s.segments) == 0 {
		return spot{}
	}
	t = t.Truncate(time.Microsecond)
	n := sort.Search(len(s.segments), func(n int) bool { return s.segments[n].from.After(t) }) - 1
	if n < 0 {
		return s.segments[0].spot(0)
	}
	found := s.segments[n]
	behind := sort.Search(len(found.places), func(n int) bool { return found.taken(n).After(t) })
	return found.spot(behind - 1)
}

// sections returns the sections of the pictures with a Seq below one, and the Shot of the
// picture behind them.
func (s *shelf) sections(below uint64) (all []section, next uint64) {
	for _, segment := range s.segments {
		if segment.seq >= below {
			break
		}
		pictures := int(min(segment.next(), below) - segment.seq)
		to := segment.taken(pictures - 1)
		if n := len(all); n > 0 && all[n-1].run == segment.run && segment.shot == next {
			all[n-1].To = to
			all[n-1].Pictures += pictures
		} else {
			all = append(all, section{replay.Section{From: segment.from, To: to, Pictures: pictures}, segment.run})
		}
		next = segment.shot + uint64(pictures)
	}
	return all, next
}
