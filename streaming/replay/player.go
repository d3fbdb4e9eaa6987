package replay

import (
	"context"
	"time"

	"fanlight/streaming"
)

// player decides which picture is next, and when. It is for one goroutine.
type player struct {
	past  Past
	speed float64
	ready func(context.Context) (waited bool)

	// last is the picture that was yielded last, as a place in the past only: it is not
	// held. Nil before the first one.
	last *streaming.Frame
	// The picture taken at from is due at began, and the others accordingly.
	began time.Time
	from  time.Time
}

// next waits for the picture that is due next, held for the caller; nil at the end.
func (p *player) next(ctx context.Context, from time.Time) (*streaming.Frame, error) {
	if p.last == nil {
		return p.first(ctx, from)
	}
	if p.speed == 0 {
		if !sleep(ctx, stillEvery) {
			return nil, nil
		}
		return p.past.At(p.last.Taken)
	}
	frame, err := p.after(ctx)
	if frame == nil || err != nil {
		return nil, err
	}
	if frame.Run != p.last.Run { // a gap is left out
		p.began, p.from = time.Now(), frame.Taken
	}
	if !sleep(ctx, time.Until(p.due(frame))) || p.ready(ctx) && ctx.Err() != nil {
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

// first returns the picture of a moment, from which the others are timed.
func (p *player) first(ctx context.Context, moment time.Time) (*streaming.Frame, error) {
	for {
		grown := p.past.Grown()
		frame, err := p.past.At(moment)
		if err != nil {
			return nil, err
		}
		if frame != nil {
			p.last, p.began, p.from = frame, time.Now(), frame.Taken
			return frame, nil
		}
		if !wait(ctx, grown) {
			return nil, nil
		}
	}
}

// after returns the picture behind the last one, which it waits for; nil at the end.
func (p *player) after(ctx context.Context) (*streaming.Frame, error) {
	for {
		grown := p.past.Grown()
		if frame, err := p.past.After(p.last); frame != nil || err != nil {
			return frame, err
		}
		if !wait(ctx, grown) {
			return nil, nil
		}
	}
}

// due is when a picture is to be shown.
func (p *player) due(f *streaming.Frame) time.Time {
	return p.began.Add(time.Duration(float64(f.Taken.Sub(p.from)) / p.speed))
}

// skip returns the picture that is due now in the place of one that is late, which it
// releases. The picture that it returns is on time from now on.
func (p *player) skip(late *streaming.Frame) (*streaming.Frame, error) {
	moment := p.from.Add(time.Duration(float64(time.Since(p.began)) * p.speed))
	frame, err := p.past.At(moment)
	if err != nil || frame == nil || frame.Seq <= late.Seq {
		if frame != nil {
			frame.Release()
		}
		frame = late
	} else {
		late.Release()
	}
	p.began, p.from = time.Now(), frame.Taken
	return frame, err
}

// wait waits until a past has grown. It reports false at the end of ctx, or of the past.
func wait(ctx context.Context, grown <-chan struct{}) bool {
	if grown == nil {
		return false
	}
	select {
	case <-grown:
		return true
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
