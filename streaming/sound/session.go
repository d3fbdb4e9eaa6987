package sound

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
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
	if s.source.Packets == nil || s.ctx.Err() != nil {
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

// listen opens the microphone once and passes its packets on until it fails, stops delivering,
// or the session ends.
func (n *session) listen() (delivered bool, err error) {
	encoder, err := n.sound.newEncoder()
	if err != nil {
		return false, fmt.Errorf("the sound cannot be encoded: %w", err)
	}
	ctx, cancel := context.WithCancelCause(n.ctx)
	defer cancel(nil)
	stall := time.AfterFunc(patience, func() { cancel(errStalled) })
	defer stall.Stop()
	var last time.Time
	for samples, err := range n.source.Packets(ctx) {
		if err != nil {
			return delivered, err
		}
		stall.Reset(patience)
		if gap := samples.Taken.Sub(last) - PacketLength; delivered && gap.Abs() > PacketLength/2 {
			if err := encoder.Reset(); err != nil {
				return delivered, err
			}
		}
		last, delivered = samples.Taken, true
		if err := n.pass(encoder, samples); err != nil {
			return delivered, err
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		return delivered, cause
	}
	return delivered, errEnded
}

// pass makes samples the newest packet, unless the sound is muted or another microphone is used.
func (n *session) pass(encoder Encoder, heard Samples) error {
	s := n.sound
	s.mu.Lock()
	if s.session == n && s.status.State != Live {
		s.status.State, s.status.Reason = Live, ""
		s.log.Info("microphone live", "microphone", n.source.ID)
	}
	silent := s.muted || s.session != n
	s.mu.Unlock()
	if silent {
		return nil
	}
	encoded, err := encoder.Encode(nil, heard.Samples)
	if err != nil {
		return fmt.Errorf("the sound cannot be encoded: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != n || s.muted {
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
