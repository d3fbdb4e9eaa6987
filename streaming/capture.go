package streaming

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// A camera that fails is opened again after a pause that grows from the first
	// to the last of these while it goes on failing.
	firstPause = 250 * time.Millisecond
	lastPause  = 5 * time.Second

	// openPatience is how long a camera may take to its first picture, and
	// livePatience how long from one picture to the next, before it counts as failed.
	openPatience = 10 * time.Second
	livePatience = 5 * time.Second
)

var errEnded = errors.New("the camera ended its stream; it is opened again")

// keepOpen opens the camera again and again until the session ends.
func (f *Feed) keepOpen(session context.Context, source Source) {
	pause := firstPause
	for {
		before := f.Status().Pictures
		err := f.capture(session, source)
		if session.Err() != nil {
			return
		}
		if f.Status().Pictures > before {
			pause = firstPause
		}
		f.lose(err)
		select {
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		case <-session.Done():
			return
		}
	}
}

// capture opens the camera once and publishes its pictures until it fails,
// stops delivering, or the session ends.
func (f *Feed) capture(session context.Context, source Source) error {
	ctx, cancel := context.WithCancelCause(session)
	defer cancel(nil)
	patience := livePatience
	granted := func(m Mode) {
		f.grant(m)
		if m.FPS > 0 { // a camera of one picture in ten seconds is not stalled
			patience = max(livePatience, time.Duration(3/m.FPS*float64(time.Second)))
		}
	}
	var bad error
	stall := time.AfterFunc(openPatience, func() { cancel(errStalled) })
	defer stall.Stop()

	for picture, err := range source.Frames(ctx, granted) {
		if err != nil {
			return err
		}
		if err := f.publish(picture); err != nil {
			bad = err
			continue
		}
		stall.Reset(patience)
	}
	return f.whyEnded(ctx, bad)
}

var errStalled = errors.New("the camera has stopped delivering pictures; it is opened again. If it stays so, unplug it and plug it in again")

// whyEnded tells why a camera's loop ended without an error of its own.
func (f *Feed) whyEnded(ctx context.Context, bad error) error {
	cause := context.Cause(ctx)
	switch {
	case cause == nil:
		return errEnded
	case errors.Is(cause, errStalled) && bad != nil:
		return fmt.Errorf("the camera delivers no usable pictures; choose another size or another camera: %w", bad)
	default:
		return cause
	}
}

// publish hands the picture to the Hub, or drops one that is no usable JPEG.
func (f *Feed) publish(p Picture) error {
	width, height, err := checkJPEG(p.JPEG)
	if err != nil {
		f.drop(err)
		return err
	}
	now := time.Now()
	if p.Taken.IsZero() {
		p.Taken = now
	}
	f.count(width, height, now)
	f.hub.Publish(p, width, height)
	return nil
}

func (f *Feed) drop(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Dropped++
	if !f.saidDropped {
		f.saidDropped = true
		f.log.Warn("picture dropped; more of them are only counted", "camera", f.status.CameraID, "err", err)
	}
}

func (f *Feed) count(width, height int, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.status.State != Live {
		f.log.Info("camera live", "camera", f.status.CameraID, "width", width, "height", height)
	}
	f.status.State, f.status.Reason = Live, ""
	f.status.Pictures++
	f.status.Measured.Width, f.status.Measured.Height = width, height
	f.rate.add(now)
}

func (f *Feed) grant(m Mode) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Granted = m
	f.log.Info("camera granted", "camera", f.status.CameraID, "width", m.Width, "height", m.Height, "fps", m.FPS)
}

// lose notes a failure, and logs it unless it is the one that is known already.
func (f *Feed) lose(err error) {
	f.hub.Clear()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.status.State != Lost || f.status.Reason != err.Error() {
		f.log.Warn("camera lost", "camera", f.status.CameraID, "err", err)
	}
	f.status.State, f.status.Reason = Lost, err.Error()
	f.status.Measured = Mode{}
	f.rate = rate{}
}
