package sound

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fanlight/drivers/caught"
)

var (
	errStalled = errors.New("the microphone has stopped delivering sound; it is opened again. If it stays so, unplug it and plug it in again")
	errEnded   = errors.New("the microphone has ended its sound; it is opened again")
)

// session runs a microphone from being turned on to being off, and opens it again when it
// fails. The Sound's mu guards what it changes of the Sound.
type session struct {
	sound  *Sound
	source Source
	ctx    context.Context
	stop   context.CancelFunc
	again  chan struct{} // of capacity 1: retry now
}

// begin starts a session of the source, if there is one. It is called with mu held.
func (s *Sound) begin() {
	if s.source.Packets == nil || s.paused || s.ctx.Err() != nil {
		return
	}
	n := &session{sound: s, source: s.source, again: make(chan struct{}, 1)}
	n.ctx, n.stop = context.WithCancel(s.ctx)
	s.session = n
	s.resetStatus()
	s.status.State = Starting
	s.log.Info("microphone starting", "microphone", n.source.ID)
	s.sessions.Go(n.run)
}

// retry ends the pause before the next opening.
func (n *session) retry() {
	select {
	case n.again <- struct{}{}:
	default:
	}
}

// run opens the microphone again and again until the session ends.
func (n *session) run() {
	defer n.sound.log.Info("microphone off", "microphone", n.source.ID)
	pause := firstPause
	for {
		delivered, err := n.listen()
		if n.ctx.Err() != nil {
			return
		}
		n.lose(err)
		if delivered {
			pause = firstPause
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		case <-n.again:
		case <-n.ctx.Done():
			return
		}
	}
}

// opening is a microphone from being opened to its failure.
type opening struct {
	*session
	encoder   Encoder
	delivered bool
	last      time.Time // when the last packet was taken that was passed on
}

// listen opens the microphone once and passes its packets on until it fails, stops delivering,
// or the session ends. A panic is a failure, too.
func (n *session) listen() (delivered bool, err error) {
	o := opening{session: n}
	err = caught.Do(o.run)
	var fault *caught.Fault
	if errors.As(err, &fault) {
		n.sound.log.Error("microphone's driver has a fault", "microphone", n.source.ID, "fault", fault.Value, "stack", string(fault.Stack))
		err = fmt.Errorf("the sound system has a fault (%v); the microphone is opened again. If it stays so, choose another microphone", fault.Value)
	}
	return o.delivered, err
}

func (o *opening) run() (err error) {
	if o.encoder, err = o.sound.newEncoder(); err != nil {
		return fmt.Errorf("the sound cannot be encoded: %w", err)
	}
	ctx, cancel := context.WithCancelCause(o.ctx)
	defer cancel(nil)
	stall := time.AfterFunc(patience, func() { cancel(errStalled) })
	defer stall.Stop()
	for heard, err := range o.source.Packets(ctx) {
		if err != nil {
			return err
		}
		stall.Reset(patience)
		o.delivered = true
		if o.silent() {
			continue
		}
		if err := o.pass(heard); err != nil {
			return fmt.Errorf("the sound cannot be encoded: %w", err)
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return errEnded
}

// silent notes that the microphone delivers, and reports whether nobody may hear it: the sound
// is muted, or another microphone is used.
func (o *opening) silent() bool {
	s := o.sound
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == o.session && s.status.State != Live {
		s.status.State, s.status.Reason = Live, ""
		s.log.Info("microphone live", "microphone", o.source.ID)
	}
	return s.muted || s.session != o.session
}

// pass makes samples the newest packet, unless the sound was muted meanwhile. Behind a gap,
// of which being muted is one, the encoder begins anew.
func (o *opening) pass(heard Samples) error {
	if gap := heard.Taken.Sub(o.last) - PacketLength; !o.last.IsZero() && gap.Abs() > PacketLength/2 {
		if err := o.encoder.Reset(); err != nil {
			return err
		}
	}
	o.last = heard.Taken
	encoded, err := o.encoder.Encode(nil, heard.Samples)
	if err != nil {
		return err
	}
	s := o.sound
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != o.session || s.muted {
		return nil
	}
	s.status.Packets++
	s.status.Level = level(s.status.Level, heard.Samples)
	s.kept.add(&Packet{Taken: heard.Taken, Samples: slices.Clone(heard.Samples), Opus: encoded})
	return nil
}

// lose records a failure, and logs it if the microphone was not lost yet.
func (n *session) lose(err error) {
	s := n.sound
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != n {
		return
	}
	if s.status.State != Lost {
		s.log.Warn("microphone lost", "microphone", n.source.ID, "err", err)
	}
	s.status.State, s.status.Reason, s.status.Level = Lost, err.Error(), 0
}
