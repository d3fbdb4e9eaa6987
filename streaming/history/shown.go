package history

import (
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

// Shown returns the history as it is shown to people: there is nothing in it while SetMost is
// zero, even if pictures are kept for a recording then.
func (h *History) Shown() replay.Past { return shown{h} }

type shown struct{ *History }

func (s shown) none() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most <= 0
}

func (s shown) At(t time.Time) (*streaming.Frame, error) {
	if s.none() {
		return nil, nil
	}
	return s.History.At(t)
}

func (s shown) After(f *streaming.Frame) (*streaming.Frame, error) {
	if s.none() {
		return nil, nil
	}
	return s.History.After(f)
}

func (s shown) Before(f *streaming.Frame) (*streaming.Frame, error) {
	if s.none() {
		return nil, nil
	}
	return s.History.Before(f)
}

func (s shown) Sections() []replay.Section {
	if s.none() {
		return nil
	}
	return s.History.Sections()
}
