package recording

import (
	"context"
	"iter"
	"sync"
	"time"

	"fanlight/streaming/sound"
)

// Sound is a microphone's, which is on while somebody listens.
type Sound interface {
	// From yields the packets from a moment on, in order, until ctx ends. It listens.
	From(ctx context.Context, moment time.Time) iter.Seq[*sound.Packet]
	// Between returns those that are kept. It does not listen.
	Between(from, to time.Time) []*sound.Packet
	Status() sound.Status
}

// Hear has recordings have the sound, too, while a microphone is chosen. It is called before
// Start.
func (r *Recorder) Hear(s Sound) { r.sound = s }

// hears reports whether a microphone is chosen.
func (r *Recorder) hears() bool { return r.sound != nil && r.sound.Status().State != sound.None }

const (
	// reorder is how long what was taken first waits for what was taken before it, of the other
	// kind: packets come when they have ended, and the sound system has buffers of its own.
	// What is later still is written behind it, with its own time.
	reorder = 250 * time.Millisecond
	// mostHeard is how many packets wait for a disk that stalls: ten minutes.
	mostHeard = int(10 * time.Minute / sound.PacketLength)
)

// packet is what is recorded of a [sound.Packet].
type packet struct {
	taken time.Time
	opus  []byte
}

// ear listens, and keeps what it hears for the goroutine that writes.
type ear struct {
	grown     chan struct{} // of capacity 1
	listening sync.WaitGroup

	mu      sync.Mutex
	packets []packet
}

func newEar() *ear { return &ear{grown: make(chan struct{}, 1)} }

// listen begins to gather the packets from a moment on, until ctx ends.
func (e *ear) listen(ctx context.Context, s Sound, from time.Time) {
	e.listening.Go(func() {
		for p := range s.From(ctx, from) {
			e.add(packet{p.Taken, p.Opus})
		}
	})
}

func (e *ear) add(p packet) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.packets) == mostHeard {
		e.packets = e.packets[1:]
	}
	e.packets = append(e.packets, p)
	select {
	case e.grown <- struct{}{}:
	default:
	}
}

// first returns the first packet that is not written yet, if there is one.
func (e *ear) first() (p packet, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.packets) == 0 {
		return packet{}, false
	}
	return e.packets[0], true
}

// drop drops that one.
func (e *ear) drop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.packets) > 0 {
		e.packets = e.packets[1:]
	}
}

// isYoung reports whether there may still come something that was taken before a moment. A
// moment in the future is of a clock that was put back.
func isYoung(taken time.Time) bool {
	age := time.Since(taken)
	return age >= 0 && age < reorder
}
