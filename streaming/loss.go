package streaming

import (
	"errors"
	"time"
)

const (
	// The first card is shown after cardAfter, so that a short loss shows none, and then
	// one every cardEvery.
	cardAfter = 500 * time.Millisecond
	cardEvery = time.Second
)

// ErrUnplugged is wrapped by the error of a [Source] whose camera is unplugged. The Feed
// waits for it as for any lost camera, and says so.
var ErrUnplugged = errors.New("the camera is unplugged")

// loss is a time in which the camera is lost and viewers are shown a card.
type loss struct {
	session *session
	card    card
	drawn   []byte // the card as JPEG; nil until show has drawn it
	timer   *time.Timer
}

// lose records a failure, and logs it if the camera was not lost yet. It reports whether
// to open the camera again: not if another one is opening.
func (s *session) lose(err error) bool {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.session != s || !s.takeAir() {
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
	s.waitWithCard(card{
		width: size.Width, height: size.Height,
		heading: lossHeading(unplugged), name: s.source.Name, reason: lossForViewers,
	})
	return true
}

func lossHeading(unplugged bool) string {
	if unplugged {
		return "Camera unplugged, waiting for it"
	}
	return "Camera lost, trying again"
}

// waitWithCard shows the card after cardAfter. If there is a card already it replaces it
// at once, in the same size. It is called with the Feed's mu held.
func (s *session) waitWithCard(c card) {
	after := cardAfter
	if before := s.lost; before != nil {
		c.width, c.height = before.card.width, before.card.height
		if before.card == c {
			return
		}
		after = 0
		s.noCards()
	}
	l := &loss{session: s, card: c}
	l.timer = time.AfterFunc(after, l.show)
	s.lost = l
}

// noCards ends a loss. It is called with the Feed's mu held.
func (s *session) noCards() {
	if s.lost != nil {
		s.lost.timer.Stop()
		s.lost = nil
	}
}

// show publishes the card. The timer calls it again every cardEvery until the loss is
// over, so that the stream does not stop.
func (l *loss) show() {
	if l.drawn == nil {
		drawn, err := l.card.jpeg()
		if err != nil {
			l.session.feed.log.Error("card not drawn", "err", err)
			return
		}
		l.drawn = drawn
	}
	if frame := l.put(); frame != nil {
		defer l.session.feed.sessions.Done()
		l.session.feed.hub.deliver(frame)
	}
}

// put makes the card the Feed's newest picture, and adds to the Feed's sessions, so that
// Close waits for the delivery. It returns nil if the loss is over.
func (l *loss) put() *Frame {
	f := l.session.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if l.session.lost != l {
		return nil
	}
	f.sessions.Add(1) // while this session runs, so Close has not finished waiting
	width, height := l.card.size()
	l.timer.Reset(cardEvery)
	return f.hub.put(l.session.source.marked(Picture{JPEG: l.drawn, Taken: time.Now()}), width, height, true)
}
