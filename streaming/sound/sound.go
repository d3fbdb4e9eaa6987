package sound

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"
)

// DefaultIdle is how long a microphone stays on after its last consumer has left.
const DefaultIdle = 10 * time.Second

// Sound runs one microphone at a time: it keeps it on while it has consumers (loops over
// Packets and From), turns it off an idle time after the last one has left, and opens it again
// when it fails. Methods may be called from any goroutine.
type Sound struct {
	newEncoder func() (Encoder, error)
	log        *slog.Logger

	quit     context.CancelFunc
	ctx      context.Context // ends with Close
	sessions sync.WaitGroup

	mu      sync.Mutex
	idle    time.Duration
	source  Source // without Packets: none is chosen
	muted   bool
	paused  bool
	holders int
	session *session    // of the source; nil while the microphone is off
	idling  *time.Timer // ends the session after the idle time
	status  Status
	kept    kept
}

// New returns a Sound without a microphone. An idle of zero means [DefaultIdle]. The caller
// calls Close.
func New(newEncoder func() (Encoder, error), idle time.Duration, log *slog.Logger) *Sound {
	if idle <= 0 {
		idle = DefaultIdle
	}
	s := &Sound{idle: idle, newEncoder: newEncoder, log: log, kept: newKept()}
	s.ctx, s.quit = context.WithCancel(context.Background())
	return s
}

// Close turns the microphone off for good and waits until it is closed. Loops end with their
// own contexts.
func (s *Sound) Close() {
	s.mu.Lock()
	s.quit()
	if s.idling != nil {
		s.idling.Stop()
	}
	s.mu.Unlock()
	s.sessions.Wait()
}

// Use changes to another microphone; a source without Packets means none. What was heard by
// the one before is forgotten.
func (s *Sound) Use(source Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.forget()
	s.source = source
	s.end()
	if s.holders > 0 {
		s.begin()
	}
}

// Mute passes nothing on, or ends that. The microphone stays open, so that the end of it
// is not late.
func (s *Sound) Mute(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if on != s.muted {
		s.log.Info("microphone muted", "on", on)
	}
	s.muted = on
	s.status.Muted = on
	s.status.Level = 0
}

// Pause closes the microphone, however many listen, or ends that. One that is chosen meanwhile
// stays closed, too.
func (s *Sound) Pause(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.paused == on {
		return
	}
	s.paused = on
	s.end()
	if s.holders > 0 {
		s.begin()
	}
}

// end ends the session. It is called with mu held.
func (s *Sound) end() {
	if s.session != nil {
		s.session.stop()
		s.session = nil
	}
	s.resetStatus()
}

// Retry opens a lost microphone at once instead of after the current pause.
func (s *Sound) Retry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != nil {
		s.session.retry()
	}
}

// Packets yields each packet from now on once, in order, until ctx ends or the loop is left.
// The microphone is on while the loop runs. Who is more than the kept minutes late misses
// some; see [Packet].Seq.
func (s *Sound) Packets(ctx context.Context) iter.Seq[*Packet] {
	return func(yield func(*Packet) bool) {
		defer s.hold()()
		s.mu.Lock()
		last := s.kept.lastSeq
		s.mu.Unlock()
		s.follow(ctx, last, yield)
	}
}

// From yields the packets from a moment on, those of the past at once, without their samples.
func (s *Sound) From(ctx context.Context, moment time.Time) iter.Seq[*Packet] {
	return func(yield func(*Packet) bool) {
		defer s.hold()()
		s.mu.Lock()
		s.kept.expire(time.Now())
		last := s.kept.before(moment)
		s.mu.Unlock()
		s.follow(ctx, last, yield)
	}
}

// follow yields the packets behind one.
func (s *Sound) follow(ctx context.Context, last uint64, yield func(*Packet) bool) {
	for {
		s.mu.Lock()
		packets, grown := s.kept.after(last), s.kept.grown
		s.mu.Unlock()
		for _, p := range packets {
			if ctx.Err() != nil || !yield(p) {
				return
			}
			last = p.Seq
		}
		if len(packets) > 0 {
			continue
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return
		}
	}
}

// hold keeps the microphone on until letGo.
func (s *Sound) hold() (letGo func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holders++
	if s.idling != nil {
		s.idling.Stop()
	}
	if s.session == nil {
		s.begin()
	}
	return s.release
}

func (s *Sound) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.holders--; s.holders == 0 && s.ctx.Err() == nil {
		s.idling = time.AfterFunc(s.idle, s.stopIfUnneeded)
	}
}

// SetIdle changes how long the microphone stays on after its last consumer has left. If that
// was before, the time begins anew.
func (s *Sound) SetIdle(idle time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = idle
	if s.idling != nil && s.idling.Stop() {
		s.idling = time.AfterFunc(idle, s.stopIfUnneeded)
	}
}

// stopIfUnneeded is called when the idle time is over.
func (s *Sound) stopIfUnneeded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.holders == 0 && s.session != nil {
		s.end()
	}
}
