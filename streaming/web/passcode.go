package web

import (
	"context"
	"html/template"
	"net/http"
	"strings"

	"fanlight/assets"
)

var passcodePage = template.Must(template.New("passcode").Parse(assets.Passcode))

const passcodePolicy = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'"

// openPaths need no passcode: they reveal nothing of the camera's pictures. Browsers send
// no cookie with their request for the manifest.
var openPaths = map[string]bool{
	"/healthz": true, "/passcode": true, "/page.css": true, "/passcode.css": true, "/passcode.js": true, "/icon.svg": true,
	"/manifest.webmanifest": true, "/apple-touch-icon.png": true, "/icon-192.png": true, "/icon-512.png": true,
	"/maskable-192.png": true, "/maskable-512.png": true,
}

// watchersOnly refuses requests without the passcode, if there is one.
func (s *Stream) watchersOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := s.server.access.now.Load()
		if openPaths[r.URL.Path] {
			next.ServeHTTP(w, r)
		} else if r.URL.Path == filmsPath && s.server.access.takeTicket(w, r) {
			seeOther(w, "./")
		} else if no := s.server.access.mayWatch(r, now); no != nil {
			s.askPasscode(w, r, no)
		} else if r.URL.Path == "/" && r.URL.Query().Has("key") && !r.URL.Query().Has("action") {
			s.takeKey(w, r)
		} else {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admittedKey{}, now)))
		}
	})
}

type admittedKey struct{}

// revoked returns a refusal if the passcode with which a request passed [Stream.watchersOnly]
// is another one since. A stream calls it when it is among the viewers, whom a new passcode
// disconnects: so none that waited for its turn, or was just on its way, stays with the old one.
func (a *access) revoked(r *http.Request) *refusal {
	then, _ := r.Context().Value(admittedKey{}).(*credentials)
	if now := a.now.Load(); now == nil || then != nil && then.passcode == now.passcode {
		return nil
	}
	return &refusal{http.StatusUnauthorized, needsPasscode, 0}
}

// takeKey sets a cookie for a link's key and redirects to the page without it, so that
// the key does not stay in the address bar, bookmarks and screenshots.
func (s *Stream) takeKey(w http.ResponseWriter, r *http.Request) {
	if now := s.server.access.now.Load(); now != nil {
		now.giveCookie(w, r)
	}
	seeOther(w, "./")
}

// seeOther redirects to an address relative to the request's. http.Redirect would make it
// absolute, which is wrong behind a proxy that serves the page under another path.
func seeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}

// askPasscode answers in the form that the client understands: a browser gets the
// passcode page, a program text, Fanlight's page and other Fanlights JSON.
func (s *Stream) askPasscode(w http.ResponseWriter, r *http.Request, no *refusal) {
	browser := strings.HasPrefix(r.UserAgent(), "Mozilla/")
	if no.status == http.StatusUnauthorized && !browser {
		// A browser would show its own dialog over the page.
		w.Header().Set("WWW-Authenticate", `Basic realm="Fanlight", charset="UTF-8"`)
	}
	switch {
	case r.URL.Path == "/api/status":
		no.header(w)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(no.status)
		w.Write([]byte(`{"auth":"passcode"}` + "\n"))
	case strings.Contains(r.Header.Get("Accept"), "text/html"):
		wrong := ""
		if no.sentence != needsPasscode {
			wrong = no.sentence
		} else if r.URL.Query().Has("key") {
			wrong = "This link no longer lets you in, because the passcode was changed. Ask the owner for the new one."
		}
		s.showPasscode(w, r, no, wrong)
	default:
		no.answer(w)
	}
}

func (s *Stream) showPasscode(w http.ResponseWriter, r *http.Request, no *refusal, wrong string) {
	l := answerIn(w, r)
	no.header(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	s.setPolicy(w, r, passcodePolicy)
	w.WriteHeader(no.status)
	if err := passcodePage.Execute(w, words{l, s.Name(), l.Sentence(wrong), s.server.access.formToken()}); err != nil {
		s.server.log.Debug("passcode page not sent", "err", err)
	}
}

// passcode handles the form of the passcode page.
func (s *Stream) passcode(w http.ResponseWriter, r *http.Request) {
	now := s.server.access.now.Load()
	if now == nil {
		seeOther(w, "./")
		return
	}
	if err := r.ParseForm(); err != nil {
		(&refusal{http.StatusBadRequest, "The form cannot be read: send passcode=… as application/x-www-form-urlencoded, in at most 4 KB.", 0}).answer(w)
		return
	}
	no := s.server.access.guesses.try(r.Context(), now, r.PostForm.Get("passcode"), clientOf(r))
	if no != nil {
		s.showPasscode(w, r, no, no.sentence)
		return
	}
	now.giveCookie(w, r)
	seeOther(w, "./")
}

// ownerOnly refuses requests without the owner's key.
func (s *Stream) ownerOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.server.access.ownerRight(r) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="Fanlight"`)
			(&refusal{http.StatusUnauthorized, "Only the owner may do this. Send the owner's key in the header Authorization: Bearer KEY.", 0}).answer(w)
			return
		}
		next(w, r)
	}
}
