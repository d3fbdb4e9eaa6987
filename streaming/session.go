package streaming

import (
	"context"
	"slices"
	"time"
)

const (
	// A camera that fails is opened again after a pause, which doubles from the first to
	// the last of these until the camera delivers again.
	firstPause = 250 * time.Millisecond
	lastPause  = 5 * time.Second
)

// session runs a camera from being turned on to being off, and opens it again when it
// fails. The Feed's mu guards what it changes of the Feed.
type session struct {
	feed   *Feed
	source Source
	ctx    context.Context
	stop   context.CancelFunc
	after  []<-chan struct{} // sessions with the same camera, which must close it first
	closed chan struct{}
	again  chan struct{} // of capacity 1: retry now

	pace        Pace // of the requested rate
	notice      *notice
	saidDropped bool // dropped pictures are logged once per session
}

func newSession(f *Feed, source Source) *session {
	s := &session{
		feed:   f,
		source: source,
		closed: make(chan struct{}),
		again:  make(chan struct{}, 1),
		pace:   NewPace(source.Asked.FPS),
	}
	s.ctx, s.stop = context.WithCancel(f.ctx)
	return s
}

// retry ends the current pause. It is called with the Feed's mu held.
func (s *session) retry() {
	select {
	case s.again <- struct{}{}:
	default:
	}
}

func (s *session) run() {
	defer s.end()
	for _, closed := range s.after {
		<-closed
	}
	if s.ctx.Err() == nil {
		s.keepOpen()
	}
}

// keepOpen opens the camera again and again until the session ends.
func (s *session) keepOpen() {
	pause := firstPause
	for {
		delivered, err := s.capture()
		if s.ctx.Err() != nil || !s.lose(err) {
			return
		}
		if delivered {
			pause = firstPause
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		case <-s.again:
			pause = firstPause
		case <-s.ctx.Done():
			return
		}
		s.feed.countReopening()
	}
}

// onAir reports whether this session's pictures are published. It is called with the
// Feed's mu held.
func (s *session) onAir() bool { return s.feed.session == s && s.ctx.Err() == nil }

// leave ends the session, if there is one, and takes its picture or card from the viewers
// at once. It is called with mu held.
func (f *Feed) leave() {
	if f.session != nil {
		f.session.stop()
		f.session.noCards()
		f.session = nil
		f.hub.Clear()
	}
}

// end removes the session from its Feed, and the closed camera's picture from the Hub.
func (s *session) end() {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	defer close(s.closed)
	f.running = slices.DeleteFunc(f.running, func(other *session) bool { return other == s })
	f.log.Info("camera off", "camera", s.source.ID)
	if f.session == s {
		f.leave()
		f.resetStatus()
	}
}
