package streaming

import (
	"context"
	"time"
)

// pausedReason is the Reason of a Feed that is paused.
const pausedReason = "the owner has paused the camera; its picture comes back when the owner ends the pause"

// pause is the time in which the owner shows nobody the camera. Viewers see a card.
type pause struct {
	feed *Feed
	card card
	end  context.CancelFunc
}

// Pause closes the camera, however many need it, and shows them a card until Resume.
// A camera that is chosen meanwhile stays closed too.
func (f *Feed) Pause() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.paused != nil || f.ctx.Err() != nil {
		return
	}
	size := f.streamSize()
	for _, s := range f.running {
		s.noCards()
		s.stop()
	}
	f.session, f.onAir = nil, nil
	f.hub.Clear()
	f.beginPause(size.Width, size.Height)
	f.log.Info("camera paused", "camera", f.source.ID)
}

// Resume ends a pause. The camera is opened if somebody needs it.
func (f *Feed) Resume() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.paused == nil {
		return
	}
	f.paused.end()
	f.paused = nil
	f.hub.Clear()
	f.resetStatus()
	f.log.Info("camera no longer paused", "camera", f.source.ID)
	if f.holders > 0 {
		f.begin()
	}
}

// streamSize is the size of the pictures, of those that the camera agreed to, or of
// those asked for. It is called with mu held.
func (f *Feed) streamSize() Mode {
	for _, size := range []Mode{f.status.Measured, f.status.Granted} {
		if size.Width > 0 {
			return size
		}
	}
	return f.source.Asked
}

// beginPause shows the card of a pause with the source, in the place of the one
// before. It is called with mu held.
func (f *Feed) beginPause(width, height int) {
	if f.paused != nil {
		f.paused.end()
	}
	ctx, end := context.WithCancel(f.ctx)
	p := &pause{feed: f, end: end, card: card{width: width, height: height, heading: "Paused by the owner", name: f.source.Name}}
	f.paused = p
	f.resetStatus()
	f.sessions.Go(func() { p.run(ctx) })
}

// run puts the card on air again and again until ctx ends, so that viewers can tell
// the pause from a dead link.
func (p *pause) run(ctx context.Context) {
	drawn, err := p.card.drawn()
	if err != nil {
		p.feed.log.Error("no card can be drawn", "err", err)
		return
	}
	tick := time.NewTicker(cardEvery)
	defer tick.Stop()
	for {
		if frame := p.put(drawn); frame != nil {
			p.feed.hub.deliver(frame)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// put makes the card the Feed's newest picture. It returns nil if the pause is over, or
// if the card is there already and nobody watches.
func (p *pause) put(drawn []byte) *Frame {
	f := p.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.paused != p || f.holders == 0 && !f.hub.empty() {
		return nil
	}
	width, height := p.card.size()
	return f.hub.put(f.source.marked(Picture{JPEG: drawn, Taken: time.Now()}), width, height, true)
}
