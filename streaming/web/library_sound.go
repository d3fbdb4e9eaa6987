package web

import (
	"context"
	"net/http"
	"time"

	"fanlight/streaming/library"
	"fanlight/streaming/replay"
	"fanlight/streaming/sound"
)

// filmAhead is how long the sound of a recording is sent before the pictures of its moment.
const filmAhead = 2 * time.Second

// soundOfFilm plays the sound of a recording to a listener, from ?from= on, a little ahead of
// its pictures, and ends with it. A gap of the recording is not heard, as it is not shown.
func (s *Stream) soundOfFilm(w http.ResponseWriter, r *http.Request, film *library.Recording) {
	from, err := audioAsked(filmQuery(r.URL.Query(), film.Info), r.URL.Path, film.Begin.Add(film.Length))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if from.IsZero() {
		from = film.Begin
	}
	right, no := s.filmRight(r)
	if no == nil && !film.HasSound() {
		no = &refusal{http.StatusNotFound, "This recording has no sound.", 0}
	}
	if no != nil {
		no.answer(w)
		return
	}
	s.answerSound(w, r, right, func(v *viewer) *refusal { return s.sendSoundOfFilm(w, r, v, film, from) })
}

func (s *Stream) sendSoundOfFilm(w http.ResponseWriter, r *http.Request, v *viewer, film *library.Recording, from time.Time) *refusal {
	l, err := s.newListening(w, r, v, from)
	if err != nil {
		s.server.log.Error("sound not decoded", "err", err)
		return &refusal{http.StatusServiceUnavailable, "The sound of this recording cannot be decoded.", 0}
	}
	defer s.connected(v)()
	if !l.begin(w, r, from) {
		return nil
	}
	f := &filmSound{listening: l, showing: newShowing(film, from)}
	for p, err := range film.Sound(v.ctx, from.Add(-preRoll)) {
		if err != nil {
			s.server.log.Warn("sound of a recording not played to its end", "file", film.File, "err", err)
			return nil
		}
		if !f.send(p) {
			return nil
		}
	}
	return nil
}

// filmSound sends the sound of a recording to one listener.
type filmSound struct {
	*listening
	showing *showing
	section int
	sent    uint64
}

// send waits until it is time for a packet, and sends it. It reports whether the listener is
// still connected.
func (f *filmSound) send(p library.Packet) bool {
	if p.Opus != nil && sound.Length(p.Opus) != sound.PacketLength {
		return true
	}
	due, section, shown := f.showing.due(p.Taken)
	if !shown {
		return true
	}
	if !until(f.viewer.ctx, due.Add(-filmAhead)) {
		return false
	}
	if section != f.section {
		f.section, f.writer.written = section, p.Taken
	}
	if p.Opus == nil {
		return f.writer.silence(p.Taken.Add(-soundLate))
	}
	f.sent++
	made := f.made(&sound.Packet{Seq: f.sent, Taken: p.Taken.Add(sound.Delay), Opus: p.Opus})
	return made == nil || f.writer.packet(*made)
}

// showing is when the moments of a recording are shown that begins to be played now: as
// [replay.Play] does it, without the gaps: the last picture of a section is shown for as long as
// its pictures usually are.
type showing struct {
	film     *library.Recording
	from     time.Time
	began    time.Time
	sections []replay.Section
}

func newShowing(film *library.Recording, from time.Time) *showing {
	return &showing{film: film, from: from, began: time.Now(), sections: film.Sections()}
}

// due returns when a moment is shown, and the number of the section that it is in; not shown
// is one in a gap.
func (s *showing) due(moment time.Time) (due time.Time, section int, shown bool) {
	if n := len(s.sections); s.film.Running && (n == 0 || moment.After(s.sections[n-1].To)) {
		s.sections = s.film.Sections()
	}
	due = s.began
	usual := time.Duration(0)
	for n, section := range s.sections {
		if moment.Before(section.From) {
			break
		}
		begin := section.From
		if begin.Before(s.from) {
			begin = s.from
		}
		end := section.To
		if section.Pictures > 1 && begin.Before(end) {
			usual = end.Sub(section.From) / time.Duration(section.Pictures-1)
		}
		if !begin.After(end) {
			end = end.Add(usual)
		}
		if !moment.After(end) || n == len(s.sections)-1 {
			return due.Add(moment.Sub(begin)), n, true
		}
		due = due.Add(max(0, end.Sub(begin)))
	}
	return due, 0, false
}

// until waits for a moment, and reports whether ctx has not ended.
func until(ctx context.Context, moment time.Time) bool {
	timer := time.NewTimer(time.Until(moment))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
