package streaming

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"fanlight/assets"
)

// snapshotPatience is how long a snapshot waits for a camera that was off.
const snapshotPatience = 10 * time.Second

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.root)
	mux.HandleFunc("GET /page.css", page("page.css"))
	mux.HandleFunc("GET /page.js", page("page.js"))
	mux.HandleFunc("GET /passcode.css", passcodeStyle)
	mux.HandleFunc("GET /passcode", func(w http.ResponseWriter, r *http.Request) { seeOther(w, "./") })
	mux.HandleFunc("POST /passcode", s.passcode)
	mux.HandleFunc("GET /icon.svg", icon)
	for _, path := range []string{
		"/stream.mjpg",
		"/video_feed", // "Flask Video Streaming Revisited"
		"/stream",     // uStreamer
	} {
		mux.HandleFunc("GET "+path, s.stream)
	}
	for _, path := range []string{
		"/snapshot.jpg",
		"/snapshot", // uStreamer
	} {
		mux.HandleFunc("GET "+path, s.snapshot)
	}
	mux.HandleFunc("GET /api/status", s.status)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	mux.Handle("GET /metrics", s.metrics())
	mux.HandleFunc("GET /api/viewers", s.ownerOnly(s.listViewers))
	mux.HandleFunc("POST /api/viewers/{id}/letgo", s.ownerOnly(s.forViewer(s.LetGo)))
	mux.HandleFunc("POST /api/viewers/{id}/keepout", s.ownerOnly(s.forViewer(s.KeepOut)))
	mux.HandleFunc("/", nothingHere)
	return s.noting(s.inOrder(oursOnly(sameOrigin(s.welcome(s.watchersOnly(mux))))))
}

func nothingHere(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are understood at this address.", http.StatusMethodNotAllowed)
		return
	}
	http.Error(w, "There is nothing at this address. The page is at /, the stream at /stream.mjpg, one picture at /snapshot.jpg.", http.StatusNotFound)
}

// inOrder refuses requests that cannot be read as what they should be: queries,
// which net/http passes on in part, and bodies where none is expected. A body
// must come in time, for net/http waits for its rest for as long as it takes.
func (s *Server) inOrder(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin") // a link's key is not for others
		if r.ContentLength != 0 {
			http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.waits.body))
			r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		}
		if r.ContentLength != 0 && r.Method != http.MethodPost {
			header.Set("Connection", "close")
			http.Error(w, "Nothing is expected behind this request's header; leave the body out.", http.StatusBadRequest)
			return
		}
		if r.RequestURI == "*" { // which http.ServeMux refuses without a word
			http.Error(w, "The address asked for is *, which is nothing to look at: ask for / or /stream.mjpg.", http.StatusBadRequest)
			return
		}
		if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
			http.Error(w, "The query behind the question mark is malformed: write it as ?fps=5.", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin keeps pages of other places from changing anything here in a viewer's name.
func sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "Another place's page sent this. Open Fanlight's own page and do it there.", http.StatusForbidden)
	}))
	return protection.Handler(next)
}

// root is the page, and what mjpg-streamer answers at the same address.
func (s *Server) root(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch action := query.Get("action"); {
	case action == "stream":
		s.stream(w, r)
	case action == "snapshot":
		s.snapshot(w, r)
	case query.Has("action"):
		http.Error(w, "The action is either stream or snapshot: /?action=stream.", http.StatusBadRequest)
	default:
		w.Header().Set("Content-Security-Policy",
			"default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'")
		page("index.html")(w, r)
	}
}

// page answers with a file of the viewer page.
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

// stream sends every picture once, and the newest one to a viewer that is slow.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	fps, err := fpsLimit(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	smaller, err := variantAsked(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if r.Method == http.MethodHead {
		streamHeader(w.Header(), r)
		return
	}
	v, no := s.viewers.enter(r)
	if no != nil {
		no.answer(w)
		return
	}
	defer s.viewers.exit(v)
	frames, leave, no := s.variants.frames(v.ctx, smaller, v.settle)
	if no != nil {
		no.answer(w)
		return
	}
	defer leave()
	s.log.Info("viewer came", "address", r.RemoteAddr, "viewers", s.Viewers())
	defer s.log.Info("viewer left", "address", r.RemoteAddr)
	v.ahead = wantsAhead(r)
	streamHeader(w.Header(), r)
	if begin(w, v) != nil {
		return
	}
	if smaller == (variant{}) && s.certificate == nil && v.conn.known() {
		s.batches.carry(v, newPace(fps))
	} else {
		send(w, v, frames, newPace(fps))
	}
}

func streamHeader(header http.Header, r *http.Request) {
	header.Set("Content-Type", streamContentType)
	header.Set("Cache-Control", "no-store")
	if r.ProtoMajor == 1 {
		// No chunks: a picture goes out in one write, and simple clients need not know them.
		header.Set("Transfer-Encoding", "identity")
		header.Set("Connection", "close")
	}
}

// begin sends the response's header and what stands before the first picture.
func begin(w http.ResponseWriter, v *viewer) error {
	first := firstDelimiter
	if v.ahead {
		first += aheadHeader
	}
	if _, err := w.Write([]byte(first)); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// send writes pictures through net/http, for viewers that the batches cannot write
// to: those of smaller pictures, those behind TLS, and all where there is no Linux.
func send(w http.ResponseWriter, v *viewer, frames iter.Seq[*Frame], pace pace) {
	control := http.NewResponseController(w)
	for frame := range frames {
		if !pace.takes(frame.Taken) {
			continue
		}
		n, err := w.Write(v.part(frame))
		v.bytes.Add(uint64(n))
		if err != nil || control.Flush() != nil {
			return
		}
		v.pictures.Add(1)
	}
}

// fpsLimit reads ?fps=N, pictures a second; zero means no limit.
func fpsLimit(query url.Values) (float64, error) {
	if !query.Has("fps") {
		return 0, nil
	}
	fps, err := strconv.ParseFloat(query.Get("fps"), 64)
	if err != nil || math.IsNaN(fps) || fps < 0.001 || fps > 1000 {
		return 0, fmt.Errorf("fps is a number of pictures a second between 0.001 and 1000: /stream.mjpg?fps=5")
	}
	return fps, nil
}

// snapshot answers with the newest picture, and turns the camera on for it if need
// be. With ?if=live it does not, nor does it keep the camera on: another Fanlight
// that lists this one asks so.
func (s *Server) snapshot(w http.ResponseWriter, r *http.Request) {
	smaller, err := variantAsked(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		header.Set("Content-Type", "image/jpeg")
		return
	}
	if r.URL.Query().Get("if") == "live" {
		s.snapshotIfLive(w)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), snapshotPatience)
	defer cancel()
	frames, leave, no := s.variants.frames(ctx, smaller, atOnce)
	if no != nil {
		no.answer(w)
		return
	}
	defer leave()
	for frame := range frames {
		if frame.Card {
			break // a program takes a snapshot for what the camera sees
		}
		if r.URL.Query().Has("download") {
			header.Set("Content-Disposition", attachment(s.feed.Status().CameraName, frame.Taken))
		}
		writePicture(w, frame)
		return
	}
	reason := s.feed.Status().Reason
	if reason == "" {
		reason = "the camera has delivered no picture yet; try again"
	}
	header.Set("Retry-After", "5")
	http.Error(w, "No picture: "+reason, http.StatusServiceUnavailable)
}

func (s *Server) snapshotIfLive(w http.ResponseWriter) {
	frame := s.feed.hub.Newest()
	if frame == nil || frame.Card {
		http.Error(w, "No picture: the camera is off, or lost. Without ?if=live it is turned on.", http.StatusServiceUnavailable)
		return
	}
	writePicture(w, frame)
}

func writePicture(w http.ResponseWriter, frame *Frame) {
	header := w.Header()
	header.Set("Content-Type", "image/jpeg")
	header.Set("Content-Length", strconv.Itoa(len(frame.JPEG)))
	header.Set("X-Timestamp", timestamp(frame.Taken))
	if frame.Through != "" {
		header.Set(throughHeader, frame.Through)
	}
	w.Write(frame.JPEG)
}

// status answers with what DESIGN's programs and the page read.
func (s *Server) status(w http.ResponseWriter, r *http.Request) {
	type camera struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	now := s.feed.Status()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(struct {
		Name     string  `json:"name"`
		Version  string  `json:"version"`
		Uptime   float64 `json:"uptime_s"`
		Camera   camera  `json:"camera"`
		State    string  `json:"state"`
		Reason   string  `json:"reason,omitempty"`
		Width    int     `json:"width"`
		Height   int     `json:"height"`
		FPS      float64 `json:"fps"`
		Viewers  int     `json:"viewers"`
		Pictures uint64  `json:"pictures"`
		Dropped  uint64  `json:"dropped"`

		Unplugged bool `json:"unplugged,omitempty"`
	}{
		s.Name(), s.version, time.Since(s.started).Seconds(), camera{now.CameraID, now.CameraName},
		now.State.String(), now.Reason, now.Measured.Width, now.Measured.Height,
		math.Round(now.Measured.FPS*10) / 10, s.Viewers(), now.Pictures, now.Dropped,
		now.Unplugged,
	})
}
