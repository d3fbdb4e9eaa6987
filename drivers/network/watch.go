package network

import (
	"context"
	"errors"
	"io"
	"time"
)

const (
	// openPatience is how long a source may take to its first bytes, and livePatience
	// how long it may send none afterwards. Both are a little less than what the
	// program gives any camera, so that the user reads what is wrong with this one.
	openPatience = 9 * time.Second
	livePatience = 4 * time.Second
)

var (
	errNoAnswer = errors.New("no answer")
	errSilent   = errors.New("nothing comes any more")
)

// watch cancels a session in which no bytes arrive.
type watch struct {
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

func (w *watch) stop() { w.timer.Stop() }

// restart begins to wait for another answer.
func (w *watch) restart() { w.silentAfter(openPatience, errNoAnswer) }

func (w *watch) silentAfter(patience time.Duration, cause error) {
	w.timer.Stop()
	w.timer = time.AfterFunc(patience, func() { w.cancel(cause) })
}

// reader returns a reader of a body whose bytes keep the session alive. Only one
// goroutine may read at a time.
func (w *watch) reader(body io.Reader) io.Reader { return &watchedReader{w, body, false} }

func startWatch(cancel context.CancelCauseFunc) *watch {
	return &watch{time.AfterFunc(openPatience, func() { cancel(errNoAnswer) }), cancel}
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
		r.watch.timer.Reset(livePatience)
	default:
		r.came = true
		r.watch.silentAfter(livePatience, errSilent)
	}
	return n, err
}
