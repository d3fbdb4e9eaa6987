package streaming

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
)

// Hub holds the newest picture and wakes the consumers that wait for it. It has no list
// of them, so none can leak, and publishing costs the same whether they keep up or not.
// It does have a list of the functions passed to [Hub.Attend], which it calls.
//
// Publish and Clear are for one goroutine at a time; other methods may be called from
// any goroutine.
type Hub struct {
	newest atomic.Pointer[Frame]
	seq    uint64
	shot   uint64
	run    atomic.Uint64
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

// Publish makes a copy of the picture the newest one. Width and height are in pixels;
// card is [Frame].Card. It returns after the functions of Attend have been called.
func (h *Hub) Publish(p Picture, width, height int, card *Card) {
	h.deliver(h.put(p, width, height, card))
}

// put makes a copy of the picture the newest one, and returns it, held, for the caller
// to pass to deliver. They are two functions because a Feed calls put with its mutex
// locked, and deliver may take longer.
func (h *Hub) put(p Picture, width, height int, card *Card) *Frame {
	h.seq++
	if card == nil {
		h.shot++
	}
	f := &Frame{
		Seq: h.seq, Shot: h.shot, Run: h.run.Load(), Taken: p.Taken, Width: width, Height: height,
		JPEG: h.spare.copyOf(p.JPEG), Card: card, Through: p.Through,
		spare: &h.spare,
	}
	f.holders.Store(2) // the Hub's and the caller's
	h.replace(f)
	return f
}

// deliver calls the functions of Attend, and releases the frame.
func (h *Hub) deliver(f *Frame) {
	for _, a := range *h.attending.Load() {
		a.offer(f)
	}
	f.Release()
}

// Clear drops the newest picture, so that no consumer gets a stale one.
func (h *Hub) Clear() {
	if !h.newest.Load().blank() {
		h.run.Add(1)
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

// Newest returns the newest picture; nil if there is none. The caller releases it.
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

// empty reports whether the Hub holds no picture.
func (h *Hub) empty() bool { return h.newest.Load().blank() }

// After waits until the newest picture is another one than f, and returns it; nil f
// means any picture. The caller releases it; f need not be held. The only error is that
// of ctx, which takes precedence over a picture.
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

// afterReady is After for a consumer that cannot always take a picture: ready waits until
// it can, and reports whether it had to wait. afterReady returns the newest picture of
// the time after the wait.
func (h *Hub) afterReady(ctx context.Context, f *Frame, ready func(context.Context) (waited bool)) (*Frame, error) {
	newest, err := h.After(ctx, f)
	if err != nil || !ready(ctx) {
		return newest, err
	}
	newest.Release()
	return h.After(ctx, f)
}

// FramesWhen yields each picture once, in order, until ctx ends or the loop is left. Before
// each one, ready waits until the consumer can take a picture, and reports whether it had
// to wait: then the newest picture of the time after the wait is yielded. So a consumer that
// is slow or not ready skips pictures. A frame is held for the loop's body only.
func (h *Hub) FramesWhen(ctx context.Context, ready func(context.Context) (waited bool)) iter.Seq[*Frame] {
	return func(yield func(*Frame) bool) {
		var frame *Frame
		for {
			var err error
			if frame, err = h.afterReady(ctx, frame, ready); err != nil || !lend(frame, yield) {
				return
			}
		}
	}
}

// lend yields a frame and then releases it, even if the loop's body panics.
func lend(f *Frame, yield func(*Frame) bool) bool {
	defer f.Release()
	return yield(f)
}

// AtOnce is the ready of a consumer that is always ready.
func AtOnce(context.Context) (waited bool) { return false }

// Attend registers take to be called with every new picture, in order, one call at a
// time, until stop returns. It is called by the goroutine that publishes, which saves
// waking another one, so it must not block, and must not call stop. The frame is held for
// the call only.
func (h *Hub) Attend(take func(*Frame)) (stop func()) {
	a := &attendant{take: take}
	h.mu.Lock()
	defer h.mu.Unlock()
	all := append(slices.Clone(*h.attending.Load()), a)
	h.attending.Store(&all)
	return func() {
		h.leave(a)
		a.mu.Lock() // waits for a running call
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

// attendant is a function of Attend.
type attendant struct {
	take func(*Frame)

	mu      sync.Mutex
	had     uint64 // Seq of the last picture
	stopped bool
}

// offer calls take, except with a picture that is older than the last one: two sessions
// may deliver at the same time while the camera is changed.
func (a *attendant) offer(f *Frame) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f.Seq <= a.had || a.stopped {
		return
	}
	a.had = f.Seq
	a.take(f)
}
