package web

import (
	"context"
	"net/http"
	"net/netip"
)

// Guest is a viewer who watches otherwise than over HTTP, and counts as one of the others:
// it is in their list, and has their limits. Methods may be called from any goroutine.
type Guest struct {
	stream *Stream
	viewer *viewer
}

// Vet decides whether a client may watch that does not speak HTTP, at an address that may
// have a zone. The credentials stand for a passcode; they are empty if it sent none, and match
// compares them with the right one. The status is 200 if it may; it is 401 if a passcode is
// needed or this one is wrong, 403 if the owner has blocked its machine, and 429 after too many
// wrong ones. Vet waits while others guess, until ctx ends.
func (s *Stream) Vet(ctx context.Context, from netip.Addr, credentials string, match func(passcode string) bool) (status int) {
	sender := clientAt(from)
	s.viewers.mu.Lock()
	no := s.viewers.blocked(sender)
	s.viewers.mu.Unlock()
	now := s.server.access.now.Load()
	switch {
	case no != nil:
		return no.status
	case now == nil:
		return http.StatusOK
	case credentials == "":
		return http.StatusUnauthorized
	}
	if no := s.server.access.guesses.wait(ctx, now, credentials, match(now.plain), sender); no != nil {
		return no.status
	}
	return http.StatusOK
}

// Invite adds a viewer at an address that may have a zone, until Leave. The status tells why
// there is no room for it: 403, 429 or 503.
func (s *Stream) Invite(from netip.Addr, userAgent string) (g *Guest, status int) {
	v := &viewer{client: clientAt(from), program: program(userAgent)}
	if no := s.viewers.add(context.Background(), v); no != nil {
		return nil, no.status
	}
	return &Guest{s, v}, http.StatusOK
}

// Context ends when the viewer is to be disconnected.
func (g *Guest) Context() context.Context { return g.viewer.ctx }

// Sent counts a picture.
func (g *Guest) Sent(bytes int) {
	g.viewer.pictures.Add(1)
	g.viewer.bytes.Add(uint64(bytes))
}

// Leave removes the viewer. It is called once.
func (g *Guest) Leave() { g.stream.viewers.exit(g.viewer) }
