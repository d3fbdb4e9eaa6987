package streaming

import (
	"errors"
	"time"
)

const (
	// A camera that is back within cardAfter shows no card; later there is one every cardEvery.
	cardAfter = 500 * time.Millisecond
	cardEvery = time.Second
)

// ErrUnplugged is wrapped by the failure of a [Source] whose camera is not there:
// it is waited for.
var ErrUnplugged = errors.New("the camera is unplugged")

// loss is the time without a camera, in which its viewers are shown a card in
// the place of pictures.
type loss struct {
	session *session
	card    card
	drawn   []byte // the card as JPEG; of the timer's goroutine
	timer   *time.Timer
}

// lose notes a failure, and logs it if the camera was not lost yet. It tells
// whether the camera is to be opened again: not if another one is opening.
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
	size := f.streamSize() // which the card keeps
	f.status.State, f.status.Reason, f.status.Unplugged = Lost, err.Error(), unplugged
	f.status.Measured = Mode{}
	f.rate = rate{}
	f.hub.Clear()
	s.waitWithCard(card{
		width: size.Width, height: size.Height,
		heading: lossHeading(unplugged), name: s.source.Name, reason: err.Error(),
	})
	return true
}

func lossHeading(unplugged bool) string {
	if unplugged {
		return "Camera unplugged, waiting for it"
	}
	return "Camera lost, trying again"
}

// waitWithCard shows the card from a moment later on, or in the place of the one
// before, whose size it takes. It is called with the Feed's mu held.
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

// noCards is called with the Feed's mu held.
func (s *session) noCards() {
	if s.lost != nil {
		s.lost.timer.Stop()
		s.lost = nil
	}
}

// show puts the card on air, and again and again until the loss is over, so that
// who comes later sees it too.
func (l *loss) show() {
	if l.drawn == nil {
		drawn, err := l.card.jpeg()
		if err != nil {
			l.session.feed.log.Error("no card can be drawn", "err", err)
			return
		}
		l.drawn = drawn
	}
	if frame := l.put(); frame != nil {
		l.session.feed.hub.deliver(frame)
	}
}

// put makes the card the Feed's newest picture, and returns nil if the loss is over.
func (l *loss) put() *Frame {
	f := l.session.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if l.session.lost != l {
		return nil
	}
	width, height := l.card.size()
	l.timer.Reset(cardEvery)
	return f.hub.put(l.session.source.marked(Picture{JPEG: l.drawn, Taken: time.Now()}), width, height, true)
}
