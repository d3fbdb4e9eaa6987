package web

import (
	"context"
	"net/http"

	"fanlight/streaming"
)

// apart makes the pictures of one viewer of the past smaller. While it does, it is one of
// the kinds of which mostVariants are made at a time.
type apart struct {
	variants *variants
	kind     variant // zero: pictures are sent as they are
	holds    bool    // it counts among the kinds
	shrink   func(*streaming.Frame) (jpeg []byte, card *streaming.Card, width, height int)
}

// apart returns what makes pictures of a kind smaller for one viewer, or a refusal. The
// caller calls leave.
func (vs *variants) apart(kind variant) (*apart, *refusal) {
	a := &apart{variants: vs, kind: kind}
	if kind == (variant{}) {
		return a, nil
	}
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if no := vs.full(); no != nil {
		return nil, no
	}
	vs.past++
	a.holds, a.shrink = true, vs.shrinking(kind)
	return a, nil
}

// of returns a picture made smaller, held for the caller, who has released or still holds
// the one that was given.
func (a *apart) of(frame *streaming.Frame) *streaming.Frame {
	if a.shrink == nil {
		frame.Hold()
		return frame
	}
	jpeg, card, width, height := a.shrink(frame)
	made := streaming.NewFrame(frame.Seq, frame.Run, frame.Taken, width, height, jpeg)
	made.Card, made.Through = card, frame.Through
	return made
}

func (a *apart) leave() {
	a.variants.mu.Lock()
	defer a.variants.mu.Unlock()
	a.give()
}

// give is called with variants.mu held.
func (a *apart) give() {
	if a.holds {
		a.holds = false
		a.variants.past--
	}
}

// live returns the live pictures of the same kind for the same viewer, with whom they take
// the place of this one.
func (a *apart) live(s *Stream, v *viewer) pictures {
	if a.shrink == nil {
		return s.ownPictures(v.ctx, v.settle)
	}
	a.variants.mu.Lock()
	defer a.variants.mu.Unlock()
	a.give()
	return a.variants.pictures(v.ctx, a.kind, a.variants.enter(a.kind), v.settle)
}

// once returns a picture made smaller as a kind, held for the caller, or a refusal. Such
// pictures are made one at a time, beside those of streams: pages request many while a
// viewer drags along the time line.
func (vs *variants) once(ctx context.Context, frame *streaming.Frame, kind variant) (*streaming.Frame, *refusal) {
	a := &apart{variants: vs}
	if kind == (variant{}) {
		return a.of(frame), nil
	}
	if vs.shrink == nil {
		return nil, noShrink
	}
	select {
	case vs.single <- struct{}{}:
		defer func() { <-vs.single }()
	case <-ctx.Done():
		return nil, &refusal{http.StatusServiceUnavailable, "The request has ended.", 0}
	}
	a.shrink = vs.shrinking(kind)
	return a.of(frame), nil
}
