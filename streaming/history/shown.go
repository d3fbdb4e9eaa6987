package history

import (
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

// Shown returns the history as it is shown to people: there is nothing in it while nothing is
// to be kept, even if pictures are kept for a recording then.
func (h *History) Shown() replay.Past { return shown{h} }

// Keeps reports whether pictures are to be kept, in memory or on disk.
func (h *History) Keeps() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.most > 0 || h.disk != nil
}

type shown struct{ *History }

func (s shown) At(t time.Time) (*streaming.Frame, error) {
	if !s.Keeps() {
		return nil, nil
	}
	return s.History.At(t)
}

func (s shown) After(f *streaming.Frame) (*streaming.Frame, error) {
	if !s.Keeps() {
		return nil, nil
	}
	return s.History.After(f)
}

func (s shown) Before(f *streaming.Frame) (*streaming.Frame, error) {
	if !s.Keeps() {
		return nil, nil
	}
	return s.History.Before(f)
}

func (s shown) Sections() []replay.Section {
	if !s.Keeps() {
		return nil
	}
	return s.History.Sections()
}
