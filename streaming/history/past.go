package history

import (
	"math"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

// At is as in [replay.Past], as are the next three. No error is ever returned: what cannot be
// read from disk any more is not kept.
func (h *History) At(t time.Time) (*streaming.Frame, error) {
	return h.find(func() (int, spot) {
		n := h.kept.behind(t) - 1
		if n >= 0 {
			return n, spot{}
		}
		return 0, h.older(h.shelf.at(t))
	}), nil
}

// After returns the picture behind another one.
func (h *History) After(f *streaming.Frame) (*streaming.Frame, error) {
	return h.find(func() (int, spot) { return h.kept.from(f.Seq + 1), h.older(h.shelf.from(f.Seq + 1)) }), nil
}

// Before returns the picture in front of another one.
func (h *History) Before(f *streaming.Frame) (*streaming.Frame, error) {
	return h.find(func() (int, spot) {
		n := h.kept.from(f.Seq) - 1
		if n >= 0 {
			return n, spot{}
		}
		return n, h.shelf.before(min(f.Seq, h.oldest()))
	}), nil
}

// find returns the picture that locate finds, held for the caller: on disk, or else that of an
// index in memory. Locate is called with mu held.
func (h *History) find(locate func() (inMemory int, onDisk spot)) *streaming.Frame {
	for {
		inMemory, f, onDisk := h.locate(locate)
		if inMemory {
			return f
		}
		f, err := onDisk.read()
		if h.stands(onDisk.segment, err) {
			return f
		}
	}
}

func (h *History) locate(locate func() (int, spot)) (inMemory bool, f *streaming.Frame, onDisk spot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, onDisk := locate()
	if onDisk.segment == nil {
		return true, h.kept.hold(n), onDisk
	}
	return false, nil, onDisk
}

// stands reports whether a picture that was read from a segment may be shown. A segment that
// cannot be read is kept no longer.
func (h *History) stands(s *segment, err error) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil && !s.gone {
		h.log.Warn("some of the history on disk is lost", "err", err)
		h.shelf.lose(s)
	}
	return !s.gone
}

// oldest is the Seq of the first picture in memory: older ones are on disk.
func (h *History) oldest() uint64 {
	if h.kept.len() == 0 {
		return math.MaxUint64
	}
	return h.kept.first().frame.Seq
}

// older returns a picture on disk, or none if it is in memory, too.
func (h *History) older(on spot) spot {
	if on.segment != nil && on.of() >= h.oldest() {
		return spot{}
	}
	return on
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
	all, next := h.shelf.sections(h.oldest())
	for n, s := range h.kept.sections {
		if last := len(all) - 1; n == 0 && last >= 0 && all[last].run == s.run && h.kept.first().frame.Shot == next {
			all[last].To = s.To
			all[last].Pictures += s.Pictures
			continue
		}
		all = append(all, s)
	}
	return published(all)
}

func published(sections []section) []replay.Section {
	all := make([]replay.Section, len(sections))
	for n, s := range sections {
		all[n] = s.Section
	}
	return all
}
