package replay

import (
	"context"
	"time"

	"fanlight/streaming"
)

// stillEvery is how often the picture is yielded again while a replay stands still, so that the
// viewer can tell that from a dead link.
const stillEvery = 5 * time.Second

// endOfTime is behind all pictures.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// still stands still at a picture, whatever the past loses meanwhile, until that is emptied: the
// picture may be of a camera that is not to be shown any more. It is for one goroutine; the
// caller calls leave.
type still struct {
	past  Past
	ready func(context.Context) (waited bool)

	picture *streaming.Frame // nil before the first one
	// known is the highest Run that the past had while it had the picture, or has had since
	// without being emptied.
	known uint64
}

// next waits until the picture is to be shown again, and returns it, held for the caller; the
// one of the moment if it is the first one, or if the past was emptied; nil at the end.
func (s *still) next(ctx context.Context, moment time.Time) (*streaming.Frame, error) {
	if s.picture != nil && !sleep(ctx, stillEvery) {
		return nil, nil
	}
	s.ready(ctx) // first: the past may be emptied during it
	if err := s.forget(); err != nil {
		return nil, err
	}
	if s.picture == nil {
		frame, _, err := await(ctx, s.past, func() (*streaming.Frame, error) { return s.find(moment) })
		if frame == nil || err != nil {
			return nil, err
		}
		s.picture = frame
	}
	if ctx.Err() != nil {
		return nil, nil
	}
	s.picture.Hold()
	return s.picture, nil
}

// find returns the picture of a moment, held for the caller; nil if there is none.
func (s *still) find(moment time.Time) (*streaming.Frame, error) {
	newest, _, err := s.run(endOfTime)
	if err != nil {
		return nil, err
	}
	frame, err := s.past.At(moment)
	if frame != nil {
		s.known = max(newest, frame.Run)
	}
	return frame, err
}

// forget lets go of the picture if the past was emptied. One that has only lost its oldest
// pictures still begins with a Run that it had when it was looked at last; an emptied one goes
// on with another. The newest Run is looked up first: if the past is emptied in between, the
// oldest one tells.
func (s *still) forget() error {
	if s.picture == nil {
		return nil
	}
	newest, _, err := s.run(endOfTime)
	if err != nil {
		return err
	}
	oldest, found, err := s.run(time.Time{})
	if err != nil {
		return err
	}
	if !found || oldest > s.known {
		s.leave()
		return nil
	}
	s.known = max(s.known, newest)
	return nil
}

// run returns the Run of the picture of a moment.
func (s *still) run(moment time.Time) (run uint64, found bool, err error) {
	frame, err := s.past.At(moment)
	if frame == nil || err != nil {
		return 0, false, err
	}
	defer frame.Release()
	return frame.Run, true, nil
}

// leave lets go of the picture.
func (s *still) leave() {
	if s.picture != nil {
		s.picture.Release()
		s.picture = nil
	}
}
