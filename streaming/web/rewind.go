package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"fanlight/streaming/replay"
)

// RewindWith gives the stream its past, which viewers may then watch: ?from= of the stream,
// /frame.jpg and /api/timeline. It is called before the first request.
func (s *Stream) RewindWith(past replay.Past) {
	s.rewinding.mu.Lock()
	defer s.rewinding.mu.Unlock()
	s.rewinding.past = past
}

// AllowRewind is the owner's choice whether viewers may rewind; they may from the start. Those
// who are watching the past when it is forbidden go on live. The owner always may.
func (s *Stream) AllowRewind(allow bool) { s.rewinding.allow(allow) }

// RewindAllowed reports what AllowRewind has set.
func (s *Stream) RewindAllowed() bool { return s.rewinding.lasting().Err() == nil }

// rewinding is a stream's past, and who may see it.
type rewinding struct {
	past replay.Past // nil if none is kept; read without mu once right has returned
	*permission
}

func newRewinding() *rewinding { return &rewinding{permission: newPermission()} }

// keeper is a past of which the owner may have nothing kept.
type keeper interface{ Keeps() bool }

// kept reports whether there is a past at all, and something of it is to be kept.
func (r *rewinding) kept() bool {
	r.mu.Lock()
	past := r.past
	r.mu.Unlock()
	k, chosen := past.(keeper)
	return past != nil && (!chosen || k.Keeps())
}

// right returns a context that lasts as long as the sender of a request may rewind, or a
// refusal.
func (s *Stream) right(r *http.Request) (context.Context, *refusal) {
	if !s.rewinding.kept() {
		return nil, &refusal{http.StatusNotImplemented, "This stream keeps no pictures of the past. Watch it live: leave out from.", 0}
	}
	if s.server.access.ownerRight(r) {
		return context.Background(), nil
	}
	allowed := s.rewinding.lasting()
	if allowed.Err() != nil {
		return nil, &refusal{http.StatusForbidden, "The owner does not let viewers rewind. Watch live: leave out from.", 0}
	}
	return allowed, nil
}

// moment is where in the past a viewer begins, and how fast it goes on. A nil moment means
// live.
type moment struct {
	from  time.Time
	speed float64
}

// momentAsked parses ?from= and &speed=.
func momentAsked(query url.Values, now time.Time) (*moment, error) {
	if !query.Has("from") {
		if query.Has("speed") {
			return nil, errSpeedAlone
		}
		return nil, nil
	}
	from, err := replay.ParseMoment(query.Get("from"), now)
	if err != nil {
		return nil, sentence("from", err, "/stream.mjpg?from=-30s")
	}
	m := &moment{from, 1}
	if query.Has("speed") {
		if m.speed, err = replay.ParseSpeed(query.Get("speed")); err != nil {
			return nil, sentence("speed", err, "/stream.mjpg?from=-30s&speed=0.5")
		}
	}
	return m, nil
}
