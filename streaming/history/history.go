package history

import (
	"log/slog"
	"sync"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

const (
	// mostAge is how long a picture is kept at most.
	mostAge = time.Hour
	// setBack is how far the wall clock is set back at least for times to be out of order.
	// Less is a correction, during which pictures seem to be taken at one time.
	setBack = time.Second
)

// History keeps the last pictures of a feed; it is a [replay.Past]. Times are those at which
// the pictures were taken, as far as they are in order and not in the future. Methods may be
// called from any goroutine.
type History struct {
	log   *slog.Logger
	clock func() (wall time.Time, running time.Duration)
	free  func(dir string) (bytes uint64, known bool)
	leave []func()

	setting sync.Mutex // is held while disk is changed, before mu, which is held then, too

	mu       sync.Mutex
	most     int           // bytes
	reserved map[*int]bool // see Reserve
	kept     ring
	shelf    shelf // what is on disk; the newest of it is in memory, too
	disk     *disk // nil if nothing is kept on disk
	lost     uint64
	era      uint64        // is counted up when everything is forgotten
	run      uint64        // pictures of an earlier one are of another camera
	grown    chan struct{} // nil if nobody waits for it
	expiry   *time.Timer   // nil while nothing is kept
	// What the clock showed when the last picture came.
	wall    time.Time
	running time.Duration
}

var _ replay.Past = (*History)(nil)

// New returns the history of a feed, which keeps up to a number of bytes; zero keeps nothing.
// The caller calls Close.
func New(feed *streaming.Feed, most int, log *slog.Logger) *History {
	h := &History{log: log, most: most, reserved: map[*int]bool{}, clock: usualClock(), free: free}
	h.leave = []func(){feed.OnAnother(h.forget), feed.Follow(h.add)}
	return h
}

// usualClock is the wall clock, and one that nobody sets.
func usualClock() func() (wall time.Time, running time.Duration) {
	began := time.Now()
	return func() (time.Time, time.Duration) {
		now := time.Now()
		return now.Round(0), now.Sub(began)
	}
}

// Close lets go of everything. From then on the history is empty.
func (h *History) Close() {
	for _, leave := range h.leave {
		leave()
	}
	h.stopDisk()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.empty()
}

// SetMost changes the number of bytes that are kept.
func (h *History) SetMost(bytes int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.most = bytes
	h.kept.shrink(h.bound())
	h.mind()
}

// Reserve has at least a number of bytes kept, whatever SetMost says, until letGo returns.
func (h *History) Reserve(bytes int) (letGo func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reserved[&bytes] = true
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.reserved, &bytes)
		h.kept.shrink(h.bound())
		h.mind()
	}
}

// bound is how many bytes may be kept. It is called with mu held.
func (h *History) bound() int {
	most := h.most
	for bytes := range h.reserved {
		most = max(most, *bytes)
	}
	return most
}

// add is called with every new picture.
func (h *History) add(f *streaming.Frame) {
	if f.Card != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	most := h.bound()
	if f.Run < h.run || size(f) > most {
		return
	}
	wall, running := h.clock()
	if h.kept.len() > 0 || len(h.shelf.segments) > 0 {
		if back := (running - h.running) - wall.Sub(h.wall); back > setBack {
			h.log.Warn("the history is emptied, since the clock was set back", "by", back)
			h.empty()
		}
	}
	h.wall, h.running = wall, running
	f.Hold()
	h.kept.add(f, wall)
	h.kept.shrink(most)
	h.kept.expire(wall.Add(-mostAge))
	h.mind()
	if h.grown != nil {
		close(h.grown)
		h.grown = nil
	}
}

// forget is called when another camera is chosen.
func (h *History) forget(run uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.run = run
	h.empty()
}

// empty lets go of everything. It is called with mu held, and does not wait for the disk.
func (h *History) empty() {
	h.era++
	h.kept.empty()
	h.shelf.empty()
	h.mind()
}

// mind sees to it that pictures go when they are too old, also while no others come. It is
// called with mu held.
func (h *History) mind() {
	switch {
	case h.kept.len() == 0 && h.expiry != nil:
		h.expiry.Stop()
		h.expiry = nil
	case h.kept.len() > 0 && h.expiry == nil:
		wall, _ := h.clock()
		h.expiry = time.AfterFunc(h.kept.first().came.Add(mostAge).Sub(wall), h.expire)
	}
}

func (h *History) expire() {
	h.mu.Lock()
	defer h.mu.Unlock()
	wall, _ := h.clock()
	h.kept.expire(wall.Add(-mostAge))
	h.expiry = nil
	h.mind()
}
