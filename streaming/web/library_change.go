package web

import (
	"net/http"
	"strings"
)

// changeFilm returns a handler that changes the recording of the path's {name}, for the
// owner. A browser is led back to the page of recordings, which says what was done.
func (s *Stream) changeFilm(do func(*http.Request) (file string, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.films.library == nil {
			nothingHere(w, r)
			return
		}
		if !s.ownsFilms(r) {
			s.ownerOnly(nothingHere)(w, r)
			return
		}
		page := strings.Contains(r.Header.Get("Accept"), "text/html")
		file, err := do(r)
		switch {
		case err != nil && page:
			s.showFilms(w, r, "../../../", err)
		case err != nil:
			no := noFilm(err)
			no.status = http.StatusConflict
			no.answer(w)
		case page:
			seeOther(w, "../../../recordings/")
		default:
			answerJSON(w, struct {
				File string `json:"file"`
			}{file})
		}
	}
}

// renameFilm takes a form with name=NEW.
func (s *Stream) renameFilm(r *http.Request) (file string, err error) {
	return s.films.library.Rename(r.PathValue("name"), r.PostFormValue("name"))
}

func (s *Stream) deleteFilm(r *http.Request) (file string, err error) {
	return r.PathValue("name"), s.films.library.Delete(r.PathValue("name"))
}

func (s *Stream) undeleteFilm(r *http.Request) (file string, err error) {
	return r.PathValue("name"), s.films.library.Undelete(r.PathValue("name"))
}
