package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"fanlight/assets"
	"fanlight/assets/translations"
	"fanlight/streaming/library"
)

var filmPages = template.Must(template.ParseFS(assets.Page, "page/recordings.html", "page/film.html", "page/timeline.html", "page/sound.html"))

const filmsPolicy = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'"

// filmsWords are what the page of recordings is executed with.
type filmsWords struct {
	words
	Root    string // the address of the viewer page, relative to that of the request
	Owner   bool
	Problem string
	Refused bool     // there is no list, only the problem
	Deleted []string // can be brought back
	Films   []filmWords
}

// DeletedWords say what was deleted.
func (w filmsWords) DeletedWords(file string) string {
	return w.Text("“{{.Name}}” was deleted.", map[string]any{"Name": library.Info{File: file}.Name()})
}

// filmWords are a recording as the page lists it.
type filmWords struct {
	library.Info
	When, Day, Long, Size string
}

func newFilmWords(i library.Info) filmWords {
	return filmWords{i, i.Begin.Format(time.RFC3339), i.Begin.Local().Format("2006-01-02 15:04"), lengthWords(i.Length), sizeWords(i.Bytes)}
}

// filmsPage answers with the page of recordings, which works without scripts.
func (s *Stream) filmsPage(w http.ResponseWriter, r *http.Request) {
	const root = "../"
	_, no := s.filmRight(r)
	switch {
	case no == nil:
		s.showFilms(w, r, root, nil)
	case strings.Contains(r.Header.Get("Accept"), "text/html"):
		no = no.translated(w, r)
		no.header(w)
		s.writePage(w, r, no.status, "recordings.html", filmsPolicy, filmsWords{
			words: words{Language: translations.Match(r.Header.Get("Accept-Language")), Name: s.Name()}, Root: root, Problem: no.sentence, Refused: true})
	default:
		no.answer(w)
	}
}

// showFilms writes the page of recordings, with what went wrong if anything did.
func (s *Stream) showFilms(w http.ResponseWriter, r *http.Request, root string, problem error) {
	language := answerIn(w, r)
	page := filmsWords{words: words{Language: language, Name: s.Name()}, Root: root, Owner: s.ownsFilms(r)}
	found, err := s.list(r)
	for _, i := range found {
		page.Films = append(page.Films, newFilmWords(i))
	}
	if page.Owner {
		page.Deleted = s.films.library.Deleted()
	}
	if problem == nil {
		problem = err
	}
	status := http.StatusOK
	if problem != nil {
		status = http.StatusConflict
		page.Problem = language.Sentence(noFilm(problem).sentence)
	}
	s.writePage(w, r, status, "recordings.html", filmsPolicy, page)
}

// playFilm answers with the page that plays a recording.
func (s *Stream) playFilm(w http.ResponseWriter, r *http.Request, film *library.Recording) {
	page := struct {
		words
		filmWords
		Title    string
		HasSound bool
	}{words{Language: answerIn(w, r)}, newFilmWords(film.Info), film.Info.Name(), film.HasSound()}
	s.writePage(w, r, http.StatusOK, "film.html", pagePolicy, page)
}

func (s *Stream) writePage(w http.ResponseWriter, r *http.Request, status int, name, policy string, page any) {
	var written bytes.Buffer
	if err := filmPages.ExecuteTemplate(&written, name, page); err != nil {
		panic(err) // a test writes the same pages
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-store")
	s.setPolicy(w, r, policy)
	w.WriteHeader(status)
	w.Write(written.Bytes())
}

// lengthWords write a length as 0:07 or 1:02:03.
func lengthWords(d time.Duration) string {
	all := int(d.Round(time.Second).Seconds())
	text := fmt.Sprintf("%d:%02d:%02d", all/3600, all/60%60, all%60)
	if all < 3600 {
		text = strings.TrimPrefix(text, "0:")
		if all < 600 {
			text = strings.TrimPrefix(text, "0")
		}
	}
	return text
}

// sizeWords write a number of bytes as file managers do.
func sizeWords(n int64) string {
	if n >= 1e9 {
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
