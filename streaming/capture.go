package streaming

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"fanlight/drivers/caught"
	"fanlight/drivers/jpegs"
)

const (
	// A camera counts as failed that delivers no first picture within its Patience, or
	// openPatience if it gives none, or no next picture within livePatience.
	openPatience = 10 * time.Second
	livePatience = 5 * time.Second
	// slowPatience stands for livePatience until a camera that grants no rate has sent
	// so many pictures, paceKnown, that its pace is known.
	slowPatience = 30 * time.Second
	paceKnown    = 4
)

// pace learns how far apart a camera's pictures are.
type pace struct {
	least    time.Duration // what the rate that it grants asks for
	pictures int
	newest   time.Time
	longest  time.Duration // from one picture to the next
}

// patience returns how long to wait for the picture behind one that came now: twice
// the longest time that it ever took, and a little more.
func (p *pace) patience(now time.Time) time.Duration {
	if p.pictures > 0 {
		p.longest = max(p.longest, now.Sub(p.newest))
	}
	p.pictures, p.newest = p.pictures+1, now
	if p.least == 0 && p.pictures < paceKnown {
		return slowPatience
	}
	return max(livePatience, p.least, min(2*p.longest+3*time.Second, 2*slowPatience))
}

var (
	errEnded   = errors.New("the camera ended its stream; it is opened again")
	errStalled = errors.New("the camera has stopped delivering pictures; it is opened again. If it stays so, unplug it and plug it in again")
)

// capture opens the camera once and publishes its pictures until it fails, stops
// delivering, or the session ends. It reports whether any picture was published, and
// why it ended. A panic of the driver is a failure.
func (s *session) capture() (delivered bool, err error) {
	err = caught.Do(func() error { return s.publishAll(&delivered) })
	if fault := new(caught.Fault); errors.As(err, &fault) {
		s.feed.log.Error("camera driver panicked", "camera", s.source.ID, "panic", fault.Value, "stack", string(fault.Stack))
	}
	return delivered, err
}

// publishAll sets delivered as soon as a picture was published.
func (s *session) publishAll(delivered *bool) error {
	ctx, cancel := context.WithCancelCause(s.ctx)
	defer cancel(nil)
	var learned pace
	stall := time.AfterFunc(cmp.Or(s.source.Patience, openPatience), func() { cancel(errStalled) })
	defer stall.Stop()
	granted := func(m Mode) {
		s.grant(m)
		if m.FPS > 0 { // a camera of one picture in ten seconds is not stalled
			learned.least = time.Duration(3 / m.FPS * float64(time.Second))
			stall.Reset(max(openPatience, learned.least))
		}
	}
	var bad error

	for picture, err := range s.source.Frames(ctx, granted) {
		if err != nil {
			return err
		}
		if err := s.source.takes(picture); err != nil {
			return err
		}
		if err := s.publish(picture); err != nil {
			bad = err
			s.drop(err)
			continue
		}
		*delivered = true
		stall.Reset(learned.patience(time.Now()))
	}
	return whyEnded(ctx, bad)
}

// whyEnded returns why the loop over a camera ended without an error of its own.
func whyEnded(ctx context.Context, bad error) error {
	cause := context.Cause(ctx)
	switch {
	case cause == nil:
		return errEnded
	case errors.Is(cause, errStalled) && bad != nil:
		return fmt.Errorf("the camera delivers no usable pictures; choose another resolution or another camera: %w", bad)
	default:
		return cause
	}
}

// publish passes the picture to the Hub. It returns an error for an unusable JPEG, and
// skips a picture above the requested rate without one.
func (s *session) publish(p Picture) error {
	if err := mend(&p); err != nil {
		return err
	}
	now := time.Now()
	if !s.pace.Takes(now) {
		s.skip()
		return nil
	}
	if p.Taken.IsZero() || p.Taken.After(now) {
		p.Taken = now
	}
	if s.source.Turn != nil {
		if err := s.turn(&p); err != nil {
			return err
		}
	}
	s.show(p, now)
	return nil
}

// mend checks a picture that the driver has not checked; see [jpegs.Mend].
func mend(p *Picture) (err error) {
	if p.Info == (jpegs.Info{}) {
		p.JPEG, p.Info, err = jpegs.Mend(p.JPEG)
	}
	return err
}

func (s *session) turn(p *Picture) error {
	turned, err := s.source.Turn(*p)
	if err != nil || turned == nil {
		return err
	}
	p.JPEG, p.Info = turned, jpegs.Info{}
	return mend(p)
}

// show publishes a picture. It calls deliver without the Feed's lock, because that writes
// to the network.
func (s *session) show(p Picture, now time.Time) {
	if frame := s.put(p, now); frame != nil {
		s.feed.hub.deliver(frame)
	}
}

// put makes a picture the Feed's newest. It returns nil if another session has taken over.
func (s *session) put(p Picture, now time.Time) *Frame {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if !s.onAir() {
		return nil
	}
	s.noCards()
	f.status.Pictures++
	frame := f.hub.put(s.source.marked(p), p.Info.Width, p.Info.Height, nil)
	if f.status.State != Live {
		f.log.Info("camera live", "camera", s.source.ID, "width", p.Info.Width, "height", p.Info.Height)
	}
	f.status.State, f.status.Reason, f.status.Unplugged = Live, "", false
	f.status.Measured.Width, f.status.Measured.Height = p.Info.Width, p.Info.Height
	f.rate.add(now)
	return frame
}

func (s *session) drop(err error) {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Dropped++
	if !s.saidDropped {
		s.saidDropped = true
		f.log.Warn("picture dropped; further ones are only counted", "camera", s.source.ID, "err", err)
	}
}

func (s *session) skip() {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	s.feed.status.Skipped++
}

func (f *Feed) countReopening() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Reopenings++
}

func (s *session) grant(m Mode) {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.session == s {
		f.status.Granted = m
	}
	f.log.Info("camera granted", "camera", s.source.ID, "width", m.Width, "height", m.Height, "fps", m.FPS)
}
