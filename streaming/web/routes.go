package web

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"fanlight/assets"
	"fanlight/streaming/reach"
)

// checked wraps a handler in the checks that every request must pass.
func (s *Server) checked(next http.Handler) http.Handler {
	return s.noting(s.inOrder(s.oursOnly(s.sameOrigin(next))))
}

// dispatch passes a request to the stream under whose path it is.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	r = withoutEmptyFolders(r)
	if _, pattern := s.mux.Handler(r); pattern == "" {
		nothingHere(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// routes returns the stream's handler, for paths relative to its own.
func (s *Stream) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.root)
	for _, name := range pageFiles {
		mux.HandleFunc("GET /"+name, page(name))
	}
	mux.HandleFunc("GET /manifest.webmanifest", s.manifest)
	mux.HandleFunc("GET /icon-512.png", largeIcon)
	mux.HandleFunc("GET /passcode.css", passcodeStyle)
	mux.HandleFunc("GET /passcode", func(w http.ResponseWriter, r *http.Request) { seeOther(w, "./") })
	mux.HandleFunc("POST /passcode", s.passcode)
	mux.HandleFunc("GET /icon.svg", icon)
	for _, path := range []string{
		"/stream.mjpg",
		"/video_feed", // "Flask Video Streaming Revisited"
		"/stream",     // uStreamer
	} {
		mux.HandleFunc("GET "+path, s.embedded(s.stream))
	}
	for _, path := range []string{
		"/snapshot.jpg",
		"/snapshot", // uStreamer
	} {
		mux.HandleFunc("GET "+path, s.embedded(s.snapshot))
	}
	mux.HandleFunc("GET /frame.jpg", s.embedded(s.frame))
	for path := range audioTypes {
		mux.HandleFunc("GET "+path, s.audible(s.audio))
	}
	mux.HandleFunc("GET /api/timeline", s.timeline)
	mux.HandleFunc("GET /api/status", s.status)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	mux.Handle("GET /metrics", s.metrics())
	mux.HandleFunc("GET /api/viewers", s.ownerOnly(s.listViewers))
	mux.HandleFunc("POST /api/viewers/{id}/letgo", s.ownerOnly(s.forViewer(s.LetGo)))
	mux.HandleFunc("POST /api/viewers/{id}/keepout", s.ownerOnly(s.forViewer(s.KeepOut)))
	mux.HandleFunc("GET /api/recording", s.recordable(s.showRecording))
	mux.HandleFunc("POST /api/recording", s.recordable(s.setRecording))
	s.addFilms(mux)
	mux.HandleFunc("/", nothingHere)
	return s.welcome(s.forEmbedding(s.watchersOnly(mux)))
}

func nothingHere(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are understood at this address.", http.StatusMethodNotAllowed)
		return
	}
	http.Error(w, "There is nothing at this address. The page is at /, the stream at /stream.mjpg, one picture at /snapshot.jpg.", http.StatusNotFound)
}

// inOrder refuses malformed queries, of which net/http ignores the malformed part, and
// bodies where none is expected. It limits the time for a body to arrive, which net/http
// does not.
func (s *Server) inOrder(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin") // other sites must not get a link's key
		if r.ContentLength != 0 {
			http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.waits.body))
			r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		}
		if r.ContentLength != 0 && r.Method != http.MethodPost {
			header.Set("Connection", "close")
			http.Error(w, "This request must have no body. Send it without one.", http.StatusBadRequest)
			return
		}
		if r.RequestURI == "*" { // which http.ServeMux refuses without an explanation
			http.Error(w, "There is nothing at the address *. Request / or /stream.mjpg.", http.StatusBadRequest)
			return
		}
		if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
			http.Error(w, "The query is malformed. Write it like ?fps=5.", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// root answers with the page, or with what mjpg-streamer answers at the same address.
func (s *Stream) root(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("action") {
		s.action(w, r)
		return
	}
	s.setPolicy(w, r, pagePolicy)
	viewerPage(w, r)
}

const pagePolicy = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; media-src blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'"

// page returns a handler that answers with a file of the viewer page.
func page(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, assets.Page, "page/"+name)
	}
}

func passcodeStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(assets.PasscodeStyle)
}

func icon(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Write(assets.Favicon)
}

// oursOnly refuses requests for hosts that are not this machine; see [reach.Ours].
func (s *Server) oursOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !reach.Ours(r.Host, s.hosts) {
			http.Error(w, "This host name is not one of this machine's. Use its IP address, its own name, or NAME.local, or start Fanlight with --allow-host NAME.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// noting records that a request came from another machine. A connection of this machine
// to itself has the same address at both ends.
func (s *Server) noting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.visited.Load() {
			from := addressOf(r.RemoteAddr)
			at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
			if ok && from.IsValid() && !from.IsLoopback() && from != addressOf(at.String()) {
				s.visited.Store(true)
			}
		}
		next.ServeHTTP(w, r)
	})
}
