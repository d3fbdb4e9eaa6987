package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

// frame answers with the picture of a moment, or the one behind or in front of it. It does
// not turn the camera on.
func (s *Stream) frame(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	at, err := frameAsked(r.URL.Query(), now)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Cache-Control", "private, no-store")
	if _, no := s.right(r); no != nil {
		no.answer(w)
		return
	}
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", "image/jpeg")
		return
	}
	s.answerPicture(w, r, s.rewinding.past, at, s.feed.Status().CameraName)
}

// answerPicture answers with a picture of a past, in the name of a camera if it is saved.
func (s *Stream) answerPicture(w http.ResponseWriter, r *http.Request, past replay.Past, at frameQuery, camera string) {
	picture, no := s.pictureAt(past, at)
	if no != nil {
		no.answer(w)
		return
	}
	defer picture.Release()
	made, no := s.variants.once(r.Context(), picture, at.smaller)
	if no != nil {
		no.answer(w)
		return
	}
	defer made.Release()
	if at.saves {
		w.Header().Set("Content-Disposition", attachment(camera, made.Taken))
		made = s.toKeep(made, camera)
	}
	writePicture(w, made)
}

// frameQuery is what the query of a request for a picture of the past asks for.
type frameQuery struct {
	at      time.Time
	step    int // -1, 0 or 1
	smaller variant
	saves   bool
}

// mostEarly is how far a moment may be before the oldest picture: who drags a time line to its
// beginning asks for what has just gone.
const mostEarly = 10 * time.Second

// isOf reports whether a picture that a past has for the moment is of that moment, and not of a
// later one, because the past does not reach back as far. One that is saved is that which is seen.
func (f frameQuery) isOf(p *streaming.Frame) bool {
	early := p.Taken.Sub(f.at)
	return early < time.Microsecond || early <= mostEarly && !f.saves
}

var (
	errNoMoment = errors.New("say which moment: /frame.jpg?at=-30s")
	errStep     = errors.New("step is 1 for the picture behind the moment, or -1 for the one in front of it: /frame.jpg?at=-30s&step=1")
)

func frameAsked(query url.Values, now time.Time) (f frameQuery, err error) {
	f.saves = query.Has("download")
	if f.smaller, err = variantAsked(query); err != nil {
		return f, err
	}
	if !query.Has("at") {
		return f, errNoMoment
	}
	if f.at, err = replay.ParseMoment(query.Get("at"), now); err != nil {
		return f, sentence("at", err, "/frame.jpg?at=-30s")
	}
	switch step := query.Get("step"); {
	case step == "1":
		f.step = 1
	case step == "-1":
		f.step = -1
	case query.Has("step"):
		return f, errStep
	}
	return f, nil
}

// pictureAt returns a picture of the past, held for the caller, or a refusal.
func (s *Stream) pictureAt(past replay.Past, f frameQuery) (*streaming.Frame, *refusal) {
	picture, err := past.At(f.at)
	missing := "There is no picture of that time. /api/timeline lists what is kept."
	switch {
	case picture == nil || err != nil:
	case !f.isOf(picture):
		picture.Release()
		picture = nil
	case f.step > 0:
		missing = "There is no picture behind this one yet. It is the newest."
		picture, err = stepped(picture, past.After)
	case f.step < 0:
		missing = "There is no picture in front of this one. It is the oldest that is kept."
		picture, err = stepped(picture, past.Before)
	}
	if err != nil {
		s.server.log.Warn("picture of the past not sent", "err", err)
		return nil, &refusal{http.StatusServiceUnavailable, "This picture could not be read. Try another moment.", 0}
	}
	if picture == nil {
		return nil, &refusal{http.StatusNotFound, missing, 0}
	}
	return picture, nil
}

// stepped goes from a picture, which it releases, to the next one that was taken at another
// time: a page goes on from the X-Timestamp that it is told, and must not stand still.
func stepped(from *streaming.Frame, next func(*streaming.Frame) (*streaming.Frame, error)) (*streaming.Frame, error) {
	taken := from.Taken.UnixMicro()
	for {
		to, err := next(from)
		from.Release()
		if to == nil || err != nil || to.Taken.UnixMicro() != taken {
			return to, err
		}
		from = to
	}
}
