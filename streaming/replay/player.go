package replay

import (
	"context"
	"time"

	"fanlight/streaming"
)

// player decides which picture is next, and when. It is for one goroutine.
type player struct {
	past  Past
	speed float64 // not zero: see still
	ready func(context.Context) (waited bool)

	// last is the picture that was yielded last, as a place in the past only: it is not
	// held. Nil before the first one.
	last *streaming.Frame
	// The picture taken at from is due at began, and the others accordingly.
	began time.Time
	from  time.Time
	// usual is how far apart pictures were taken where none is missing; zero if not known.
	usual time.Duration
}

// next waits for the picture that is due next, held for the caller; nil at the end.
func (p *player) next(ctx context.Context, moment time.Time) (*streaming.Frame, error) {
	frame, err := p.following(ctx, moment)
	if frame == nil || err != nil {
		return nil, err
	}
	if sleep(ctx, time.Until(p.due(frame))) {
		p.ready(ctx)
	}
	if ctx.Err() != nil {
		frame.Release()
		return nil, nil
	}
	if time.Since(p.due(frame)) > mostLate {
		if frame, err = p.skip(frame); err != nil {
			return nil, err
		}
	}
	p.last = frame
	return frame, nil
}

// following returns the picture that is to come next, before its time; nil at the end.
func (p *player) following(ctx context.Context, moment time.Time) (*streaming.Frame, error) {
	if p.last == nil {
		return p.first(ctx, moment)
	}
	return p.after(ctx)
}

// first waits for the picture of a moment, which is due at once.
func (p *player) first(ctx context.Context, moment time.Time) (*streaming.Frame, error) {
	frame, _, err := await(ctx, p.past, func() (*streaming.Frame, error) { return p.past.At(moment) })
	p.restart(frame)
	return frame, err
}

// after waits for the picture behind the last one. It is due at once if it comes later than it
// was due. If what is between the two is not to be seen, the last one is shown for as long as
// pictures usually are.
func (p *player) after(ctx context.Context) (*streaming.Frame, error) {
	frame, waited, err := await(ctx, p.past, func() (*streaming.Frame, error) { return p.past.After(p.last) })
	if frame == nil || err != nil {
		return nil, err
	}
	lost, err := p.lost(frame)
	if err != nil {
		frame.Release()
		return nil, err
	}
	apart := frame.Taken.Sub(p.last.Taken)
	if lost || frame.Run != p.last.Run || apart > mostApart || apart < -mostLate {
		p.cut(frame)
		return frame, nil
	}
	if waited && time.Now().After(p.due(frame)) {
		p.restart(frame)
	}
	p.usual = max(apart, 0)
	return frame, nil
}

// cut makes a picture due once the last one has been shown for as long as usual, or now if that
// is over: a viewer who has waited for a picture waits no longer.
func (p *player) cut(f *streaming.Frame) {
	over := p.due(p.last).Add(p.lasts(p.usual))
	p.restart(f)
	if over.After(p.began) {
		p.began = over
	}
}

// lost reports whether the pictures between the last one and another are no longer kept.
func (p *player) lost(f *streaming.Frame) (bool, error) {
	if f.Seq == p.last.Seq+1 {
		return false, nil
	}
	before, err := p.past.Before(f)
	if before != nil {
		before.Release()
	}
	return before == nil, err
}

// await waits until find finds a picture of a past; nil at the end.
func await(ctx context.Context, past Past, find func() (*streaming.Frame, error)) (frame *streaming.Frame, waited bool, err error) {
	for {
		grown := past.Grown()
		if frame, err = find(); frame != nil || err != nil {
			return frame, waited, err
		}
		if !wait(ctx, grown) {
			return nil, waited, nil
		}
		waited = true
	}
}

// restart makes a picture due now, and the others accordingly. It does nothing without one.
func (p *player) restart(f *streaming.Frame) {
	if f != nil {
		p.began, p.from = time.Now(), f.Taken
	}
}

// due is when a picture is to be shown.
func (p *player) due(f *streaming.Frame) time.Time {
	return p.began.Add(p.lasts(f.Taken.Sub(p.from)))
}

// lasts is how long a time of the past is shown.
func (p *player) lasts(taken time.Duration) time.Duration {
	return time.Duration(float64(taken) / p.speed)
}

// skip returns the picture that is due now in the place of one that is late, which it
// releases. The picture that it returns is on time from now on.
func (p *player) skip(late *streaming.Frame) (*streaming.Frame, error) {
	moment := p.from.Add(time.Duration(float64(time.Since(p.began)) * p.speed))
	frame, err := p.past.At(moment)
	if err != nil {
		late.Release()
		return nil, err
	}
	if frame == nil || frame.Seq <= late.Seq {
		late, frame = frame, late
	}
	if late != nil {
		late.Release()
	}
	p.restart(frame)
	return frame, nil
}

// wait waits until a past has grown. It reports false at the end of ctx, or of the past.
func wait(ctx context.Context, grown <-chan struct{}) bool {
	if grown == nil {
		return false
	}
	select {
	case <-grown:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// sleep waits. It reports whether ctx has not ended.
func sleep(ctx context.Context, d time.Duration) bool {
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}
