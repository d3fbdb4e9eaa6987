package streaming

import (
	"errors"
	"time"
)

const (
	// The first card of a loss is shown after cardAfter, so that a short loss shows none,
	// and then one every cardEvery.
	cardAfter = 500 * time.Millisecond
	cardEvery = time.Second
)

// ErrUnplugged is wrapped by the error of a [Source] whose camera is unplugged. The Feed
// waits for it as for any lost camera, and says so.
var ErrUnplugged = errors.New("the camera is unplugged")

// notice is a time in which viewers are shown a card, because the camera of a session is
// lost, or has been chosen and delivers no picture yet.
type notice struct {
	session *session
	drawing drawing
	timer   *time.Timer
}

// lose records a failure, and logs it if the camera was not lost yet. It reports whether
// to open the camera again: not if another one was chosen.
func (s *session) lose(err error) bool {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if !s.onAir() {
		return false
	}
	unplugged := errors.Is(err, ErrUnplugged)
	if f.status.State != Lost || f.status.Unplugged != unplugged {
		f.log.Warn("camera lost", "camera", s.source.ID, "err", err)
	}
	size := f.streamSize() // the card keeps it
	f.status.State, f.status.Reason, f.status.Unplugged = Lost, err.Error(), unplugged
	f.status.Measured = Mode{}
	f.rate = rate{}
	f.hub.Clear()
	lost := card{width: size.Width, height: size.Height, heading: lostHeading, name: s.source.Name, reason: lossForViewers}
	if unplugged {
		lost.heading = unpluggedHeading
	}
	s.showCard(lost, cardAfter)
	return true
}

// showCard shows the card after a while. If there is a card already it replaces it at
// once, in the same size. It is called with the Feed's mu held.
func (s *session) showCard(c card, after time.Duration) {
	if before := s.notice; before != nil {
		c.width, c.height = before.drawing.card.width, before.drawing.card.height
		if before.drawing.card == c {
			return
		}
		after = 0
		s.noCards()
	}
	n := &notice{session: s, drawing: drawing{card: c}}
	n.timer = time.AfterFunc(after, n.show)
	s.notice = n
}

// noCards ends a notice. It is called with the Feed's mu held.
func (s *session) noCards() {
	if s.notice != nil {
		s.notice.timer.Stop()
		s.notice = nil
	}
}

// show publishes the card. The timer calls it again every cardEvery until the notice is
// over, so that the stream does not stop.
func (n *notice) show() {
	f := n.session.feed
	if err := n.drawing.draw(f.languages()); err != nil {
		f.log.Error("card not drawn", "err", err)
		return
	}
	if frame := n.put(); frame != nil {
		defer f.sessions.Done()
		f.hub.deliver(frame)
	}
}

// put makes the card the Feed's newest picture, and adds to the Feed's sessions, so that
// Close waits for the delivery. It returns nil if the notice is over.
func (n *notice) put() *Frame {
	f := n.session.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if n.session.notice != n {
		return nil
	}
	f.sessions.Add(1) // while this session runs, so Close has not finished waiting
	n.timer.Reset(cardEvery)
	return n.drawing.put(f, n.session.source.marked(Picture{Taken: time.Now()}))
}
