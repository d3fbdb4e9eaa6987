package recording

import (
	"context"
	"errors"
	"time"
)

// lapseFPS is the rate at which a time lapse plays.
const lapseFPS = 30

const (
	leastLapse = 100 * time.Millisecond
	mostLapse  = 7 * 24 * time.Hour
)

// CheckLapse returns why there can be no time lapse of a picture in this time.
func CheckLapse(every time.Duration) error {
	if every < leastLapse || every > mostLapse {
		return errors.New("a time lapse takes a picture every 0.1 seconds to 7 days, such as 10s")
	}
	return nil
}

// ErrRunning is the error of StartLapse during another recording. Its text is a sentence for
// the user.
var ErrRunning = errors.New("there is a recording already; stop it first, and then begin the time lapse")

// StartLapse is Start for a time lapse: it takes one picture in a time, and its file plays at
// 30 fps. The date in the file's head is that of its first picture. The camera is on for each
// picture, and off in between if the feed's idle time is over by then.
// Beside another recording there is none: it returns ErrRunning.
func (r *Recorder) StartLapse(every time.Duration) error {
	if err := CheckLapse(every); err != nil {
		return err
	}
	begun := false
	prepare := func(n *run) error {
		n.output.lapse, begun = true, true
		return nil
	}
	err := r.start(prepare, func(n *run, ctx context.Context) { n.lapse(ctx, every) })
	if err == nil && !begun {
		return ErrRunning
	}
	return err
}

func (n *run) lapse(ctx context.Context, every time.Duration) {
	err := n.takeTurns(ctx, every)
	n.note()
	if closed := n.output.close(); err == nil {
		err = closed
	}
	n.recorder.ended(n.explain(err))
}

// takeTurns takes pictures until ctx ends or the disk fails.
func (n *run) takeTurns(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := n.takeTurn(ctx, every); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// takeTurn records one picture, or none if the camera gives none in time.
func (n *run) takeTurn(ctx context.Context, every time.Duration) error {
	if err := n.check(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, every)
	defer cancel()
	f := n.recorder.feed.Settled(ctx)
	if f == nil {
		return nil
	}
	defer f.Release()
	err := n.output.write(f)
	n.note()
	return err
}
