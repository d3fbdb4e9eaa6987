package web

import (
	"net/http"
	"time"
)

// awayFor is how long a page stays disconnected after [Stream.LetGo].
const awayFor = time.Minute

// maxPageID bounds the ID of a page, in bytes; the page sends 32.
const maxPageID = 64

// away has the pages that the owner has disconnected, by the ID that each sends as
// ?viewer= with its requests for the stream, and until when. Without it a page could
// not tell a disconnect from a network that fails, and would come back by itself.
// Guarded by viewers.mu.
type away map[string]time.Time

// pageOf returns the ID of the page that sends a request, empty for other programs.
func pageOf(r *http.Request) string {
	if page := r.URL.Query().Get("viewer"); len(page) <= maxPageID {
		return page
	}
	return ""
}

// add begins a page's time away, and forgets the pages whose time is over.
func (a away) add(page string) {
	for other, until := range a {
		if time.Now().After(until) {
			delete(a, other)
		}
	}
	if page != "" {
		a[page] = time.Now().Add(awayFor)
	}
}

// refuse returns nil for a page that may watch. The page tells this refusal from
// others by its status and its Retry-After.
func (a away) refuse(page string) *refusal {
	left := time.Until(a[page])
	if left <= 0 {
		return nil
	}
	return &refusal{http.StatusForbidden, "The owner has disconnected you. You can watch again in a minute.", left}
}
