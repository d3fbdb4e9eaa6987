package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"fanlight/streaming/library"
)

// LibraryWith gives the stream the recordings of a library, for the owner at /recordings/. It
// is called before the first request.
func (s *Stream) LibraryWith(l *library.Library) { s.films.library = l }

// ShowRecordings is the owner's choice whether viewers may watch recordings; at first they
// may not. It disconnects those who are watching one when it is forbidden. Only the owner may
// change them.
func (s *Stream) ShowRecordings(show bool) { s.films.allow(show) }

// RecordingsShown reports what ShowRecordings has set.
func (s *Stream) RecordingsShown() bool { return s.films.lasting().Err() == nil }

// films is a stream's library, and whether viewers may see it.
type films struct {
	library *library.Library // nil for none
	*permission
}

func newFilms() films {
	f := films{permission: newPermission()}
	f.allow(false)
	return f
}

// filmsPath is where the page of recordings is.
const filmsPath = "/recordings/"

// addFilms adds the library's routes.
func (s *Stream) addFilms(mux *http.ServeMux) {
	mux.HandleFunc("GET "+filmsPath+"{$}", s.filmsPage)
	mux.HandleFunc("GET /api/recordings", s.forFilms(s.listFilms))
	mux.HandleFunc("GET /recordings/{name}", s.ofFilm(s.downloadFilm))
	mux.HandleFunc("GET /recordings/{name}/{$}", s.ofFilm(s.playFilm))
	mux.HandleFunc("GET /recordings/{name}/thumbnail.jpg", s.forFilms(s.filmThumbnail))
	mux.HandleFunc("GET /recordings/{name}/stream.mjpg", s.embedded(s.ofFilm(s.streamFilm)))
	mux.HandleFunc("GET /recordings/{name}/frame.jpg", s.embedded(s.ofFilm(s.frameOfFilm)))
	for path := range audioTypes {
		mux.HandleFunc("GET /recordings/{name}"+path, s.audible(s.ofFilm(s.soundOfFilm)))
	}
	mux.HandleFunc("GET /recordings/{name}/timeline", s.ofFilm(s.timelineOfFilm))
	for action, do := range map[string]func(*http.Request) (file string, err error){
		"rename": s.renameFilm, "delete": s.deleteFilm, "undelete": s.undeleteFilm,
	} {
		mux.HandleFunc("POST /api/recordings/{name}/"+action, s.changeFilm(do))
	}
}

// ownsFilms reports whether a request is the owner's, by the key or from the owner's
// browser.
func (s *Stream) ownsFilms(r *http.Request) bool {
	return s.server.access.ownerRight(r) || s.server.access.ownBrowser(r)
}

// filmRight returns a context that lasts as long as the sender of a request may watch
// recordings, or a refusal.
func (s *Stream) filmRight(r *http.Request) (context.Context, *refusal) {
	switch {
	case s.films.library == nil:
		return nil, &refusal{http.StatusNotFound, "There are no recordings here.", 0}
	case s.ownsFilms(r):
		return context.Background(), nil
	}
	allowed := s.films.lasting()
	if allowed.Err() != nil {
		return nil, &refusal{http.StatusForbidden, "The owner does not let viewers watch recordings.", 0}
	}
	return allowed, nil
}

// forFilms refuses requests of those who may not watch recordings.
func (s *Stream) forFilms(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, no := s.filmRight(r); no != nil {
			no.translated(w, r).answer(w)
			return
		}
		next(w, r)
	}
}

// mayWatchFilms reports whether the sender of a request may watch recordings.
func (s *Stream) mayWatchFilms(r *http.Request) bool {
	_, no := s.filmRight(r)
	return no == nil
}

// ofFilm opens the recording of the path's {name} for a handler.
func (s *Stream) ofFilm(next func(http.ResponseWriter, *http.Request, *library.Recording)) http.HandlerFunc {
	return s.forFilms(func(w http.ResponseWriter, r *http.Request) {
		film, err := s.films.library.Open(r.PathValue("name"))
		if err != nil {
			noFilm(err).translated(w, r).answer(w)
			return
		}
		defer film.Close()
		next(w, r, film)
	})
}

// noFilm is the answer for a recording that cannot be had, or changed.
func noFilm(err error) *refusal {
	text := err.Error()
	return &refusal{http.StatusNotFound, strings.ToUpper(text[:1]) + text[1:] + ".", 0}
}

var errUnlisted = errors.New("the recordings cannot be listed; the owner sees why")

// list returns the recordings. What a disk says is for the owner: it has names of folders.
func (s *Stream) list(r *http.Request) ([]library.Info, error) {
	found, err := s.films.library.List(r.Context())
	if err != nil && !s.ownsFilms(r) {
		err = errUnlisted
	}
	return found, err
}

// listFilms answers with the recordings as JSON, the newest first.
func (s *Stream) listFilms(w http.ResponseWriter, r *http.Request) {
	type film struct {
		File      string    `json:"file"`
		Camera    string    `json:"camera"`
		Begin     time.Time `json:"begin"`
		Length    float64   `json:"length_s"`
		Bytes     int64     `json:"bytes"`
		Width     int       `json:"width"`
		Height    int       `json:"height"`
		Recording bool      `json:"recording"`
		Address   string    `json:"address"` // of the download, relative to /api/recordings
	}
	found, err := s.list(r)
	if err != nil {
		no := noFilm(err)
		no.status = http.StatusServiceUnavailable
		no.answer(w)
		return
	}
	answer := struct {
		Recordings []film `json:"recordings"`
		Owner      bool   `json:"owner"` // who may rename and delete them
	}{[]film{}, s.ownsFilms(r)}
	for _, i := range found {
		answer.Recordings = append(answer.Recordings, film{i.File, i.Camera, i.Begin, i.Length.Seconds(), i.Bytes, i.Width, i.Height, i.Running,
			"../recordings/" + url.PathEscape(i.File)})
	}
	answerJSON(w, answer)
}
