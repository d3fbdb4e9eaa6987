package network

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"fanlight/drivers/camera"
)

// All of these are a little less than what the program gives any camera, so that the
// user reads what is wrong with this one.
const (
	// openPatience is how long a source may take to its first bytes.
	openPatience = 9 * time.Second
	// livePatience is how long a source of many pictures may send none.
	livePatience = 4 * time.Second
	// slowPatience is how long one may send none that has sent so few pictures, less
	// than paceKnown, that nobody knows how far apart they are.
	slowPatience = 29 * time.Second
	paceKnown    = 4
	// slack is added to twice the longest time between two pictures, and mostPatience
	// bounds the sum.
	slack        = 2 * time.Second
	mostPatience = 59 * time.Second
)

var (
	errNoAnswer = errors.New("no answer")
	errSilent   = errors.New("nothing comes any more")
)

// watch cancels a session in which no bytes arrive, for longer than the source's own
// pace lets expect.
type watch struct {
	timer  *time.Timer
	cancel context.CancelCauseFunc

	// What is known of the pace: the number of pictures, when the newest one came, and
	// the longest time between two.
	pictures int
	newest   time.Time
	longest  time.Duration
}

func (w *watch) stop() { w.timer.Stop() }

// restart begins to wait for another answer.
func (w *watch) restart() { w.silentAfter(openPatience, errNoAnswer) }

func (w *watch) silentAfter(patience time.Duration, cause error) {
	w.timer.Stop()
	w.timer = time.AfterFunc(patience, func() { w.cancel(cause) })
}

// patience returns how long the source may be silent now.
func (w *watch) patience() time.Duration {
	if w.pictures < paceKnown {
		return slowPatience
	}
	return max(livePatience, min(2*w.longest+slack, mostPatience))
}

// paced learns the pace of pictures as they are yielded by the goroutine that reads
// them, and adds to their number.
func (w *watch) paced(pictures iter.Seq2[camera.Picture, error], n *int) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		for picture, err := range pictures {
			if err == nil {
				*n++
				w.picture(time.Now())
			}
			if !yield(picture, err) {
				return
			}
		}
	}
}

func (w *watch) picture(now time.Time) {
	if w.pictures > 0 {
		w.longest = max(w.longest, now.Sub(w.newest))
	}
	w.pictures++
	w.newest = now
	w.timer.Reset(w.patience())
}

// reader returns a reader of a body whose bytes keep the session alive. Only one
// goroutine may read at a time.
func (w *watch) reader(body io.Reader) io.Reader { return &watchedReader{w, body, false} }

func startWatch(cancel context.CancelCauseFunc) *watch {
	return &watch{timer: time.AfterFunc(openPatience, func() { cancel(errNoAnswer) }), cancel: cancel}
}

type watchedReader struct {
	watch *watch
	body  io.Reader
	came  bool
}

func (r *watchedReader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	switch {
	case n == 0:
	case r.came:
		r.watch.timer.Reset(r.watch.patience())
	default:
		r.came = true
		r.watch.silentAfter(r.watch.patience(), errSilent)
	}
	return n, err
}
