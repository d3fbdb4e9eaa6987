package web

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"fanlight/streaming/replay"
)

// RewindWith gives the stream its past, which viewers may then watch: ?from= of the stream,
// /frame.jpg and /api/timeline. It is called before the first request.
func (s *Stream) RewindWith(past replay.Past) { s.rewinding.past = past }

// AllowRewind is the owner's choice whether viewers may rewind; they may from the start. Those
// who are watching the past when it is forbidden go on live. The owner always may.
func (s *Stream) AllowRewind(allow bool) { s.rewinding.allow(allow) }

// RewindAllowed reports what AllowRewind has set.
func (s *Stream) RewindAllowed() bool {
	s.rewinding.mu.Lock()
	defer s.rewinding.mu.Unlock()
	return s.rewinding.allowed.Err() == nil
}

// rewinding is a stream's past, and who may see it. Methods may be called from any
// goroutine.
type rewinding struct {
	past replay.Past // nil if none is kept

	mu      sync.Mutex
	allowed context.Context // ends when viewers may no longer rewind
	forbid  context.CancelFunc
}

func newRewinding() *rewinding {
	r := &rewinding{}
	r.allowed, r.forbid = context.WithCancel(context.Background())
	return r
}

func (r *rewinding) allow(allow bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !allow:
		r.forbid()
	case r.allowed.Err() != nil:
		r.allowed, r.forbid = context.WithCancel(context.Background())
	}
}

// right returns a context that lasts as long as the sender of a request may rewind, or a
// refusal.
func (s *Stream) right(r *http.Request) (context.Context, *refusal) {
	if s.rewinding.past == nil {
		return nil, &refusal{http.StatusNotImplemented, "This stream keeps no pictures of the past. Watch it live: leave out from.", 0}
	}
	if s.server.access.ownerRight(r) {
		return context.Background(), nil
	}
	s.rewinding.mu.Lock()
	defer s.rewinding.mu.Unlock()
	if s.rewinding.allowed.Err() != nil {
		return nil, &refusal{http.StatusForbidden, "The owner does not let viewers rewind. Watch live: leave out from.", 0}
	}
	return s.rewinding.allowed, nil
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
