package web

import "net/http"

// listen adds the sender of a request for sound, or returns a refusal. The caller calls exit.
// Listeners have the limits of viewers, and are counted apart from them.
func (l *viewers) listen(r *http.Request) (*viewer, *refusal) {
	v := &viewer{client: clientOf(r), program: program(r.UserAgent()), page: pageOf(r), conn: connOf(r.Context()), listens: true}
	return v, l.add(r.Context(), v)
}

// listed reports whether a viewer is one by itself: the sound of a page is not.
func (v *viewer) listed() bool { return !v.listens || v.page == "" }
