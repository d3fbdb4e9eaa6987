package network

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
	"fanlight/drivers/newest"
)

func (c source) frames(ctx context.Context, want camera.Want) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		if ctx.Err() != nil {
			return
		}
		if err := c.run(ctx, want, yield); err != nil && ctx.Err() == nil {
			yield(camera.Picture{}, c.explain(err))
		}
	}
}

// errLeft ends a session whose consumer has left the loop.
var errLeft = errors.New("the loop was left")

// run yields pictures until the source fails, or until the consumer leaves, which is
// no error.
func (c source) run(ctx context.Context, want camera.Want, yield func(camera.Picture, error) bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := startWatch(cancel)
	defer watch.stop()
	s := newSession(c)
	defer s.close()

	err := s.read(ctx, watch, want, yield)
	switch cause := context.Cause(ctx); {
	case errors.Is(err, errLeft):
		return nil
	case cause != nil:
		return cause // what the reader says then is only that it was cut off
	}
	return err
}

// snapshotFPS is how often a camera that serves only single pictures is asked for
// one, in fps, where the user chose no rate.
const snapshotFPS = 1

// read requests the address and reads whatever kind of answer comes. An answer that
// held a single picture is a still, whatever its type says: it is requested again, at
// the rate that is wanted. A slow consumer gets fewer, never a burst.
func (s *session) read(ctx context.Context, watch *watch, want camera.Want, yield func(camera.Picture, error) bool) error {
	if want.FPS <= 0 {
		want.FPS = snapshotFPS
	}
	period := time.Duration(float64(time.Second) / want.FPS)
	for {
		began := time.Now()
		n, err := s.readAnswer(ctx, watch, want, yield)
		if n != 1 || err != io.EOF {
			return err
		}
		want.Granted = nil
		watch.stop()
		select {
		case <-time.After(time.Until(began.Add(period))):
		case <-ctx.Done():
			return ctx.Err()
		}
		watch.restart()
	}
}

// readAnswer requests the address once and yields the answer's pictures. It returns
// how many they were, and io.EOF where the answer simply ended.
func (s *session) readAnswer(ctx context.Context, watch *watch, want camera.Want, yield func(camera.Picture, error) bool) (int, error) {
	answer, err := s.get(ctx, s.home)
	if err != nil {
		return 0, err
	}
	pictures, still, err := s.pictures(answer, watch.reader(answer.Body))
	if errors.Is(err, errPage) {
		answer.Body.Close()
		if answer, err = s.fanlight(ctx, answer.Request.URL); err != nil {
			return 0, err
		}
		pictures, still, err = s.pictures(answer, watch.reader(answer.Body))
	}
	defer answer.Body.Close()
	if err != nil {
		return 0, err
	}
	stop := func() { answer.Body.Close() }
	n := 0 // counted by the goroutine that reads, until it ends
	for picture, err := range newest.Of(watch.paced(pictures, &n), stop) {
		if err != nil {
			return n, err
		}
		if still && want.Granted != nil {
			if _, info, err := jpegs.Mend(picture.JPEG); err == nil {
				want.Granted(camera.Mode{Width: info.Width, Height: info.Height, FPS: want.FPS})
				want.Granted = nil
			}
		}
		if !yield(picture, nil) {
			return 0, errLeft
		}
	}
	return n, io.EOF
}

// fanlight requests the stream of another Fanlight, given the address of its page.
func (s *session) fanlight(ctx context.Context, page *url.URL) (*http.Response, error) {
	if !s.isFanlight(ctx, page.ResolveReference(&url.URL{Path: "api/status"})) {
		return nil, errPage
	}
	return s.get(ctx, page.ResolveReference(&url.URL{Path: "stream.mjpg"}))
}
