package streaming

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
)

// Hub is the fan-out: it holds the newest picture and wakes those who wait for
// it. It knows none of them, so none can leak, and publishing costs the same
// whether they keep up or not. It does know those who [Hub.Attend], whom it calls.
//
// Publish and Clear are for one goroutine at a time, everything else for any.
type Hub struct {
	newest atomic.Pointer[Frame]
	seq    uint64
	spare  spare

	mu        sync.Mutex
	attending atomic.Pointer[[]*attendant] // replaced under mu, never changed
}

// NewHub returns a Hub that holds no picture.
func NewHub() *Hub {
	h := &Hub{}
	h.attending.Store(&[]*attendant{})
	h.newest.Store(&Frame{newer: make(chan struct{})})
	return h
}

// Publish makes a copy of the picture the newest one. A card is marked as such.
func (h *Hub) Publish(p Picture, width, height int, card bool) {
	h.deliver(h.put(p, width, height, card))
}

// put makes a copy of the picture the newest one, held for the caller, who
// delivers it. The two are apart because put is quick and deliver may not be.
func (h *Hub) put(p Picture, width, height int, card bool) *Frame {
	h.seq++
	f := &Frame{
		Seq: h.seq, Taken: p.Taken, Width: width, Height: height,
		JPEG: h.spare.copyOf(p.JPEG), Card: card, Through: p.Through,
		spare: &h.spare,
	}
	f.holders.Store(2) // the Hub and the caller
	h.replace(f)
	return f
}

// deliver calls those who attend, and lets go of the frame.
func (h *Hub) deliver(f *Frame) {
	for _, a := range *h.attending.Load() {
		a.offer(f)
	}
	f.Release()
}

// Clear forgets the newest picture, so that nobody is shown a stale one.
func (h *Hub) Clear() {
	if !h.newest.Load().blank() {
		h.replace(&Frame{})
		h.spare.forget()
	}
}

func (h *Hub) replace(f *Frame) {
	f.newer = make(chan struct{})
	before := h.newest.Swap(f)
	close(before.newer)
	if !before.blank() {
		before.Release()
	}
}

// Newest returns the newest picture, held for the caller; nil if there is none.
func (h *Hub) Newest() *Frame {
	for {
		f := h.newest.Load()
		if f.blank() {
			return nil
		}
		if f.tryHold() {
			return f
		}
	}
}

// Empty reports whether the Hub holds no picture.
func (h *Hub) Empty() bool { return h.newest.Load().blank() }

// After returns the newest picture as soon as it is another than f; nil stands
// for any. It is held for the caller, and f need not be held. The only error is
// the context's, which comes before any picture.
func (h *Hub) After(ctx context.Context, f *Frame) (*Frame, error) {
	for ctx.Err() == nil {
		newest := h.newest.Load()
		if newest != f && !newest.blank() {
			if newest.tryHold() {
				return newest, nil
			}
			continue
		}
		select {
		case <-newest.newer:
		case <-ctx.Done():
		}
	}
	return nil, ctx.Err()
}

// AfterReady is After for a consumer that cannot take a picture at any time: ready
// waits until it can, and reports whether it had to. The picture is the newest of then.
func (h *Hub) AfterReady(ctx context.Context, f *Frame, ready func(context.Context) (waited bool)) (*Frame, error) {
	newest, err := h.After(ctx, f)
	if err != nil || !ready(ctx) {
		return newest, err
	}
	newest.Release()
	return h.After(ctx, f)
}

// FramesWhen yields each picture once, in order, and the newest one to a consumer
// that was slow or not ready, until ctx ends or the loop is left. A frame is
// borrowed for the loop's body.
func (h *Hub) FramesWhen(ctx context.Context, ready func(context.Context) (waited bool)) iter.Seq[*Frame] {
	return func(yield func(*Frame) bool) {
		var frame *Frame
		for {
			var err error
			if frame, err = h.AfterReady(ctx, frame, ready); err != nil || !lend(frame, yield) {
				return
			}
		}
	}
}

// lend yields a frame that is held, and lets go of it, also if the loop panics.
func lend(f *Frame, yield func(*Frame) bool) bool {
	defer f.Release()
	return yield(f)
}

// AtOnce is the ready of a consumer that is always ready.
func AtOnce(context.Context) (waited bool) { return false }

// Attend has take called with every picture, in order, until stop returns. It is
// called in the goroutine that publishes, which saves waking another one, and so
// must not wait. The frame is borrowed for the call.
func (h *Hub) Attend(take func(*Frame)) (stop func()) {
	a := &attendant{take: take}
	h.mu.Lock()
	defer h.mu.Unlock()
	all := append(slices.Clone(*h.attending.Load()), a)
	h.attending.Store(&all)
	return func() {
		h.leave(a)
		a.mu.Lock() // until a call under way has ended
		defer a.mu.Unlock()
		a.stopped = true
	}
}

func (h *Hub) leave(a *attendant) {
	h.mu.Lock()
	defer h.mu.Unlock()
	rest := slices.DeleteFunc(slices.Clone(*h.attending.Load()), func(other *attendant) bool { return other == a })
	h.attending.Store(&rest)
}

// attendant is one who is called with every picture.
type attendant struct {
	take func(*Frame)

	mu      sync.Mutex
	had     uint64 // the number of the last picture
	stopped bool
}

// offer leaves out a picture that another goroutine has overtaken with a newer one.
func (a *attendant) offer(f *Frame) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f.Seq <= a.had || a.stopped {
		return
	}
	a.had = f.Seq
	a.take(f)
}
