package web

import (
	"net/http"
	"strings"
)

// sameOrigin refuses requests from pages of other sites that would change something
// with the viewer's rights (cross-site request forgery).
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if protection.Check(r) != nil && !s.ownForm(r) {
			http.Error(w, "This was sent by a page of another site. Open Fanlight's own page and do it there.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownForm reports whether a request whose Origin is not its Host comes from Fanlight's own
// page behind a proxy. A plain proxy_pass of nginx puts another Host. Such a proxy either
// says which host it was asked for, or the page is of an allowed origin, and there is a
// proxy (no browser speaks HTTP/1.0) or the form's token, which pages of other origins
// cannot read.
func (s *Server) ownForm(r *http.Request) bool {
	from := originNamed(r)
	if r.Header.Get("Sec-Fetch-Site") != "" || from == "" {
		return false // the browser says by itself that it is another site
	}
	if _, host, _ := strings.Cut(from, "://"); strings.EqualFold(host, forwardedHost(r)) {
		return true
	}
	if !s.origins.allow(from, r) {
		return false
	}
	now := s.access.now.Load()
	return !r.ProtoAtLeast(1, 1) || now != nil && now.form.is(r.PostFormValue("form"))
}
