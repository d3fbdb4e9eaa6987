package web

import (
	"net/http"
	"slices"
	"strings"
)

// audible wraps a handler for sound. Nobody is heard by a page of another site unless the owner
// has listed it: not by one of the local network either, which may show pictures.
func (s *Stream) audible(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if no := s.server.origins.refuseSound(r); no != nil {
			no.answer(w)
			return
		}
		next(w, r)
	}
}

const foreignSound = "A page of another web site may not play this microphone. Open Fanlight's own page, or have its owner allow the site: --allow-origin https://SITE."

// refuseSound returns nil unless the request is a load of a page that may not play sound.
func (o *origins) refuseSound(r *http.Request) *refusal {
	from := originNamed(r)
	switch {
	case o.trustSound(from) || sentByOwnPage(r) || isOwn(from, r):
		return nil
	case from != "" || hidesPage(r) && !mayBeLink(r):
		return &refusal{http.StatusForbidden, foreignSound, 0}
	}
	return nil
}

// trustSound reports whether pages of an origin may play and read sound.
func (o *origins) trustSound(origin string) bool { return o.any() || slices.Contains(o.all(), origin) }

// isOwn reports whether an origin is that of Fanlight's own page. Unlike for pictures, the
// port counts.
func isOwn(origin string, r *http.Request) bool {
	_, host, found := strings.Cut(origin, "://")
	return found && (strings.EqualFold(host, r.Host) || strings.EqualFold(host, forwardedHost(r)))
}
