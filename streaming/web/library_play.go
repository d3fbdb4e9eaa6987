package web

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"time"

	"fanlight/streaming/library"
)

// downloadFilm answers with the file, or a part of it (RFC 9110, section 14). Who downloads is
// a viewer, and so is disconnected when others are.
func (s *Stream) downloadFilm(w http.ResponseWriter, r *http.Request, film *library.Recording) {
	right, no := s.filmRight(r)
	if no != nil {
		no.answer(w)
		return
	}
	if r.Method != http.MethodHead {
		v, no := s.viewers.enter(r)
		if no != nil {
			no.answer(w)
			return
		}
		defer s.viewers.exit(v)
		if no := s.server.access.revoked(r); no != nil {
			no.answer(w)
			return
		}
		defer context.AfterFunc(right, v.letGo)()
		if v.conn != nil {
			v.conn.beginDownload()
		}
	}
	header := w.Header()
	header.Set("Content-Type", "video/x-matroska")
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": film.File}))
	header.Set("Cache-Control", "private, no-cache")
	http.ServeContent(w, r, "", film.Modified, film.Content)
}

// filmThumbnail answers with a small picture of a recording.
func (s *Stream) filmThumbnail(w http.ResponseWriter, r *http.Request) {
	picture, err := s.films.library.Thumbnail(r.PathValue("name"))
	if err != nil {
		noFilm(err).answer(w)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=60")
	w.Write(picture)
}

// streamFilm plays a recording to a viewer, from ?from= on, and ends with it. It does not
// turn the camera on.
func (s *Stream) streamFilm(w http.ResponseWriter, r *http.Request, film *library.Recording) {
	query := filmQuery(r.URL.Query(), film.Info)
	if !query.Has("from") {
		query.Set("from", film.Begin.Format(time.RFC3339Nano))
	}
	asked, err := streamAsked(query, film.Begin.Add(film.Length))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	right, no := s.filmRight(r)
	if no != nil {
		no.answer(w)
		return
	}
	s.admit(w, r, func(v *viewer) *refusal { return s.showFilm(right, w, r, v, asked, film) })
}

// showFilm plays a recording to a viewer until its end, while the viewer has the right to see
// it. It returns a refusal, before anything is written, if the smaller pictures cannot be made.
func (s *Stream) showFilm(right context.Context, w http.ResponseWriter, r *http.Request, v *viewer, asked streamQuery, film *library.Recording) *refusal {
	smaller, no := s.variants.apart(asked.smaller)
	if no != nil {
		return no
	}
	defer smaller.leave()
	defer s.connected(v)()
	if begin(w, r, v) != nil {
		return nil
	}
	ctx, stop := context.WithCancel(v.ctx)
	defer stop()
	defer context.AfterFunc(right, stop)()
	p := s.newPlayback(w, v, film, asked, smaller)
	if _, err := p.play(ctx, film); err != nil {
		s.server.log.Warn("recording not played to its end", "file", film.File, "err", err)
	}
	return nil
}

// frameOfFilm answers with a picture of a recording; see [Stream.frame].
func (s *Stream) frameOfFilm(w http.ResponseWriter, r *http.Request, film *library.Recording) {
	at, err := frameAsked(filmQuery(r.URL.Query(), film.Info), film.Begin.Add(film.Length))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Cache-Control", "private, no-store")
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", "image/jpeg")
		return
	}
	s.answerPicture(w, r, film, at, film.Camera)
}

// timelineOfFilm answers with the times of a recording; see [Stream.timeline].
func (s *Stream) timelineOfFilm(w http.ResponseWriter, r *http.Request, film *library.Recording) {
	answerTimeline(w, film)
}

// filmQuery writes the times from the beginning of a recording, such as 1m30s, as times of
// the day. Those such as -30s count from its end.
func filmQuery(query url.Values, film library.Info) url.Values {
	for _, name := range []string{"from", "at"} {
		since, err := time.ParseDuration(query.Get(name))
		if err == nil && since >= 0 && query.Get(name)[0] != '-' {
			query.Set(name, film.Begin.Add(since).Format(time.RFC3339Nano))
		}
	}
	return query
}
