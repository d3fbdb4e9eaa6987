package web

import (
	"context"
	"net/http"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

// playback shows the past to one viewer.
type playback struct {
	stream *Stream
	viewer *viewer
	past   replay.Past
	moment
	smaller *apart
	pace    streaming.Pace
	write   func(*streaming.Frame) bool

	began time.Time        // the viewer's own time, which the pace goes by, is from here on
	first time.Time        // when the first picture was taken
	last  *streaming.Frame // as a place in the past only: it is not held
}

// showPast sends pictures of the past to a viewer until it disconnects, and goes on with
// live once it has caught up, or when it may no longer rewind. The camera is on meanwhile.
// It returns a refusal, before anything is written, if the smaller pictures cannot be made.
func (s *Stream) showPast(right context.Context, w http.ResponseWriter, r *http.Request, v *viewer, a streamQuery) *refusal {
	smaller, no := s.variants.apart(a.smaller)
	if no != nil {
		return no
	}
	defer smaller.leave()
	defer s.feed.Keep()()
	defer s.connected(v)()
	defer s.speak(v, r)()
	if begin(w, r, v) != nil {
		return nil
	}
	if !s.newPlayback(w, v, s.rewinding.past, a, smaller).run(right) {
		return nil
	}
	live := smaller.live(s, v)
	defer live.leave()
	s.send(w, v, live, a.pace())
	return nil
}

func (s *Stream) newPlayback(w http.ResponseWriter, v *viewer, past replay.Past, a streamQuery, smaller *apart) *playback {
	p := &playback{stream: s, viewer: v, past: past, moment: *a.moment, smaller: smaller, pace: a.pace(), write: through(w, v)}
	if s.writesStraight(v) {
		p.write = v.writeStraight
	}
	return p
}

// writeStraight writes a picture past net/http, and reports whether the viewer is still
// connected.
func (v *viewer) writeStraight(frame *streaming.Frame) bool {
	frame.Hold()
	return v.writeAll(remainder{v.partOf(frame), frame})
}

// run sends the pictures of the past until the viewer has caught up with live, may no
// longer rewind, or is disconnected. It reports whether the last picture was sent whole.
//
// A viewer of half speed, say, never is live: while there is no newer picture than its last
// one, it is shown the cards that live viewers see.
func (p *playback) run(right context.Context) (whole bool) {
	ctx, stop := context.WithCancel(p.viewer.ctx)
	defer stop()
	defer context.AfterFunc(right, stop)()
	if p.speed != 0 && !p.begin() {
		return true
	}
	for ctx.Err() == nil {
		whole, err := p.play(ctx, upToNow{p.past})
		if err != nil {
			p.stream.server.log.Warn("past not shown; the viewer goes on live", "address", p.viewer.address, "err", err)
		}
		if !whole || err != nil || p.speed >= 1 {
			return whole
		}
		if !p.wait(ctx) {
			return false
		}
	}
	return true
}

// begin moves a moment at which there was no picture to the next one. It reports false if
// there is none, and so the viewer is live.
func (p *playback) begin() bool {
	for _, section := range p.past.Sections() {
		if !p.from.After(section.To) {
			if p.from.Before(section.From) {
				p.from = section.From
			}
			return true
		}
	}
	return p.speed < 1
}

// upToNow is a past as it is now: [replay.Play] ends with its newest picture.
type upToNow struct{ replay.Past }

func (upToNow) Grown() <-chan struct{} { return nil }

// play sends the pictures that there are. It reports whether the last one was sent whole.
func (p *playback) play(ctx context.Context, past replay.Past) (whole bool, err error) {
	for frame, err := range replay.Play(ctx, past, p.from, p.speed, p.viewer.settle) {
		if err != nil {
			return true, err
		}
		if p.speed > 0 && p.last != nil && frame.Seq <= p.last.Seq { // play begins again with the one where it ended
			continue
		}
		p.from, p.last, p.viewer.seen = frame.Taken, frame, frame.Taken
		if p.takes(frame) && !p.show(frame) {
			return false, nil
		}
	}
	return true, nil
}

// takes reports whether to send a picture for the pace, which is one of the viewer's time.
func (p *playback) takes(frame *streaming.Frame) bool {
	if p.speed == 0 {
		return true
	}
	if p.first.IsZero() {
		p.began, p.first = time.Now(), frame.Taken
	}
	return p.pace.Takes(p.began.Add(time.Duration(float64(frame.Taken.Sub(p.first)) / p.speed)))
}

// show sends a picture in the viewer's size.
func (p *playback) show(frame *streaming.Frame) bool {
	made := p.smaller.of(frame)
	defer made.Release()
	return p.write(made)
}

// wait waits until the past has grown, and sends the cards of the time until then. It
// reports whether the last one was sent whole.
func (p *playback) wait(ctx context.Context) (whole bool) {
	grown := p.past.Grown()
	if p.behind() {
		return true
	}
	waiting, stop := context.WithCancel(ctx)
	watching := make(chan struct{})
	defer func() { stop(); <-watching }()
	go func() {
		defer close(watching)
		select {
		case <-grown:
			stop()
		case <-waiting.Done():
		}
	}()
	for frame := range p.stream.feed.FramesWhen(waiting, p.viewer.settle) {
		if frame.Card != nil && !p.show(frame) {
			return false
		}
	}
	return true
}

// behind reports whether there is a picture behind the last one. An error counts as one.
func (p *playback) behind() bool {
	past := p.past
	var next *streaming.Frame
	var err error
	if p.last == nil {
		next, err = past.At(p.from)
	} else {
		next, err = past.After(p.last)
	}
	if next != nil {
		next.Release()
	}
	return next != nil || err != nil
}
