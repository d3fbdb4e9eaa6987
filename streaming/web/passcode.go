package web

import (
	"html/template"
	"net/http"
	"strings"

	"fanlight/assets"
)

var passcodePage = template.Must(template.New("passcode").Parse(assets.Passcode))

const passcodePolicy = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'"

// openPaths are answered to everybody: they tell nothing of what the camera sees.
// Browsers send no cookie with their request for the manifest.
var openPaths = map[string]bool{
	"/healthz": true, "/passcode": true, "/page.css": true, "/passcode.css": true, "/passcode.js": true, "/icon.svg": true,
	"/manifest.webmanifest": true, "/apple-touch-icon.png": true, "/icon-192.png": true, "/icon-512.png": true,
	"/maskable-192.png": true, "/maskable-512.png": true,
}

// watchersOnly asks for the passcode, if there is one.
func (s *Stream) watchersOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if openPaths[r.URL.Path] {
			next.ServeHTTP(w, r)
		} else if no := s.server.access.mayWatch(r); no != nil {
			s.askPasscode(w, r, no)
		} else if r.URL.Path == "/" && r.URL.Query().Has("key") && !r.URL.Query().Has("action") {
			s.takeKey(w, r)
		} else {
			next.ServeHTTP(w, r)
		}
	})
}

// takeKey turns a link's key into a cookie, and goes on without it: it is not to
// stay in the address bar, in bookmarks, or on somebody's screenshot.
func (s *Stream) takeKey(w http.ResponseWriter, r *http.Request) {
	if now := s.server.access.now.Load(); now != nil {
		now.giveCookie(w, r)
	}
	seeOther(w, "./")
}

// seeOther redirects to an address relative to the one asked for, which
// http.Redirect would make absolute: behind a proxy that would be another place.
func seeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}

// askPasscode answers in the way that whoever asks can understand: a person gets
// the form, a program words, Fanlight's own page and other Fanlights JSON.
func (s *Stream) askPasscode(w http.ResponseWriter, r *http.Request, no *refusal) {
	browser := strings.HasPrefix(r.UserAgent(), "Mozilla/")
	if no.status == http.StatusUnauthorized && !browser {
		// A browser would lay a dialog of its own over the page.
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
		s.showPasscode(w, no, wrong)
	default:
		no.answer(w)
	}
}

func (s *Stream) showPasscode(w http.ResponseWriter, no *refusal, wrong string) {
	no.header(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", passcodePolicy)
	w.WriteHeader(no.status)
	if err := passcodePage.Execute(w, struct{ Name, Wrong string }{s.Name(), wrong}); err != nil {
		s.server.log.Debug("passcode page not sent", "err", err)
	}
}

// passcode takes the form of the page.
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
	no := s.server.access.try(now, r.PostForm.Get("passcode"), addressOf(r.RemoteAddr))
	if no != nil {
		s.showPasscode(w, no, no.sentence)
		return
	}
	now.giveCookie(w, r)
	seeOther(w, "./")
}

// ownerOnly asks for the owner's key.
func (s *Stream) ownerOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.server.access.ownerRight(r) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="Fanlight"`)
			(&refusal{http.StatusUnauthorized, "This is the owner's. Send the owner's key as the header Authorization: Bearer KEY.", 0}).answer(w)
			return
		}
		next(w, r)
	}
}
