package history

import (
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

// At is as in [replay.Past], as are the next three. No error is ever returned.
func (h *History) At(t time.Time) (*streaming.Frame, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept.hold(max(h.kept.behind(t)-1, 0)), nil
}

// After returns the picture behind another one.
func (h *History) After(f *streaming.Frame) (*streaming.Frame, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept.hold(h.kept.from(f.Seq + 1)), nil
}

// Before returns the picture in front of another one.
func (h *History) Before(f *streaming.Frame) (*streaming.Frame, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept.hold(h.kept.from(f.Seq) - 1), nil
}

// Grown returns a channel that is closed with the next picture.
func (h *History) Grown() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.grown == nil {
		h.grown = make(chan struct{})
	}
	return h.grown
}

// Sections returns the times for which there are pictures.
func (h *History) Sections() []replay.Section {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept.all()
}

// Span is how much a History keeps.
type Span struct {
	// Kept is how long the sections are together, and Bytes the memory that they take.
	Kept  time.Duration
	Bytes int
	// Most is how many bytes may be kept, and Worth how long that lasts at the camera's
	// rate, as far as it is known; zero if it is not. Worth is an hour at most.
	Most  int
	Worth time.Duration
}

// Span returns how much is kept now.
func (h *History) Span() Span {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := Span{Bytes: h.kept.bytes, Most: h.bound()}
	for _, section := range h.kept.sections {
		s.Kept += section.To.Sub(section.From)
	}
	if s.Kept >= time.Second {
		s.Worth = min(mostAge, time.Duration(float64(s.Kept)*float64(s.Most)/float64(s.Bytes)))
	}
	return s
}
