package streaming

import (
	"context"
	"sync/atomic"
	"time"
)

// Frame is one picture of a [Hub]. It is immutable, shared by everybody who
// holds it, and freed by the garbage collector.
type Frame struct {
	// Seq numbers the pictures of one Hub, from 1, without gaps.
	Seq uint64
	// Taken is when the camera captured the picture.
	Taken time.Time
	// Width and Height are in pixels.
	Width, Height int
	// JPEG is the picture, byte for byte as the camera delivered it. Read only.
	JPEG []byte
	// Card marks what is shown in the place of a camera's pictures while it is
	// lost: words that say so.
	Card bool
	// Through has the marks of the programs that passed it on, this one's last.
	Through string

	part  []byte        // the picture as a part of the multipart stream; JPEG lies within it
	ahead []byte        // the same with the next part's header in the place of its own
	newer chan struct{} // closed once the Hub holds a newer Frame
}

// blank tells the placeholder of a Hub that holds no picture.
func (f *Frame) blank() bool { return f.JPEG == nil }

// Hub is the fan-out: it holds the newest picture and wakes those who wait for
// it. It knows none of them, so none can leak, and publishing costs the same
// whether they keep up or not. Publish and Clear are for one goroutine at a time, After
// and Newest for any.
type Hub struct {
	newest atomic.Pointer[Frame]
	seq    uint64
}

// NewHub returns a Hub that holds no picture.
func NewHub() *Hub {
	h := &Hub{}
	h.newest.Store(&Frame{newer: make(chan struct{})})
	return h
}

// Publish makes a copy of the picture the newest one.
func (h *Hub) Publish(p Picture, width, height int) {
	h.publish(p, &Frame{Width: width, Height: height})
}

func (h *Hub) publishCard(p Picture, width, height int) {
	h.publish(p, &Frame{Width: width, Height: height, Card: true})
}

func (h *Hub) publish(p Picture, f *Frame) {
	h.seq++
	f.Seq, f.Taken, f.Through = h.seq, p.Taken, p.Through
	f.part, f.JPEG, f.ahead = makePart(p)
	h.replace(f)
}

// Clear forgets the newest picture, so that nobody is shown a stale one.
func (h *Hub) Clear() {
	if !h.newest.Load().blank() {
		h.replace(&Frame{})
	}
}

func (h *Hub) replace(f *Frame) {
	f.newer = make(chan struct{})
	close(h.newest.Swap(f).newer)
}

// Newest returns the newest picture, nil if there is none.
func (h *Hub) Newest() *Frame {
	if f := h.newest.Load(); !f.blank() {
		return f
	}
	return nil
}

// After returns the newest picture as soon as it is another than f; nil stands
// for any. The only error is the context's, which comes before any picture.
func (h *Hub) After(ctx context.Context, f *Frame) (*Frame, error) {
	for ctx.Err() == nil {
		newest := h.newest.Load()
		if newest != f && !newest.blank() {
			return newest, nil
		}
		select {
		case <-newest.newer:
		case <-ctx.Done():
		}
	}
	return nil, ctx.Err()
}

// afterReady is After for a consumer that cannot take a picture at any time: ready
// waits until it can, and tells whether it had to. The picture is the newest of then.
func (h *Hub) afterReady(ctx context.Context, f *Frame, ready func(context.Context) (waited bool)) (*Frame, error) {
	newest, err := h.After(ctx, f)
	if err != nil || !ready(ctx) {
		return newest, err
	}
	return h.After(ctx, f)
}

// atOnce is the ready of those who always are.
func atOnce(context.Context) (waited bool) { return false }
