package history

import (
	"math"
	"time"
)

// Span is how much a History keeps.
type Span struct {
	// Kept is how long the sections in memory are together, and Bytes the memory that they
	// take.
	Kept  time.Duration
	Bytes int
	// Most is what SetMost has set, in bytes of memory, and Worth how long that lasts at the
	// camera's rate, as far as it is known; zero if it is not. Worth is an hour at most.
	Most  int
	Worth time.Duration
	// OnDisk is how long the sections on disk are together, and DiskBytes what they take
	// there. DiskLost is how many pictures the disk was too slow for.
	OnDisk    time.Duration
	DiskBytes int64
	DiskLost  uint64
}

// Span returns how much is kept now.
func (h *History) Span() Span {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := Span{Bytes: h.kept.bytes, Most: h.most, DiskBytes: h.shelf.bytes, DiskLost: h.lost}
	s.Kept = length(h.kept.sections)
	onDisk, _ := h.shelf.sections(math.MaxUint64)
	s.OnDisk = length(onDisk)
	if s.Kept >= time.Second {
		s.Worth = min(mostAge, time.Duration(float64(s.Kept)*float64(s.Most)/float64(s.Bytes)))
	}
	return s
}

// length is how long sections are together.
func length(sections []section) (all time.Duration) {
	for _, s := range sections {
		all += s.To.Sub(s.From)
	}
	return all
}
