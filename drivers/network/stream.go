package network

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"strings"

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

// read requests the address and reads whatever kind of answer comes.
func (s *session) read(ctx context.Context, watch *watch, want camera.Want, yield func(camera.Picture, error) bool) error {
	answer, err := s.get(ctx, s.home)
	if err != nil {
		return err
	}
	if mediaType(answer) == "text/html" {
		answer.Body.Close()
		if answer, err = s.fanlight(ctx, answer.Request.URL); err != nil {
			return err
		}
	}
	if mediaType(answer) == "image/jpeg" {
		return s.snapshots(ctx, answer, watch, want, yield)
	}
	defer answer.Body.Close()
	pictures, err := pictureStream(answer, watch.reader(answer.Body))
	if err != nil {
		return err
	}
	stop := func() { answer.Body.Close() }
	for picture, err := range newest.Of(pictures, stop) {
		if err != nil {
			return err
		}
		if !yield(picture, nil) {
			return errLeft
		}
	}
	return io.EOF
}

// mediaType returns the Content-Type without its parameters, in lower case.
func mediaType(answer *http.Response) string {
	kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// pictureStream tells a stream's format by its Content-Type, or by its first bytes where
// that says little: ffmpeg as a server calls multipart application/octet-stream.
func pictureStream(answer *http.Response, body io.Reader) (iter.Seq2[camera.Picture, error], error) {
	contentType := answer.Header.Get("Content-Type")
	kind := mediaType(answer)
	buffered := bufio.NewReader(body)
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		return newParts(buffered, contentType).pictures(), nil
	case strings.HasPrefix(kind, "image/"), strings.HasPrefix(kind, "text/"), kind == "application/json":
		return nil, &wrongTypeError{kind}
	}
	first, err := buffered.Peek(2)
	switch {
	case err != nil:
		return nil, err
	case bytes.Equal(first, soi):
		return bareJPEGs(buffered), nil
	case bytes.Equal(first, dashes), bytes.Equal(first, []byte("\r\n")):
		return newParts(buffered, contentType).pictures(), nil
	}
	return nil, &wrongTypeError{kind}
}

// bareJPEGs yields pictures that follow each other with nothing in between.
func bareJPEGs(body io.Reader) iter.Seq2[camera.Picture, error] { return jpegs.Split(body, maxPart) }

// fanlight requests the stream of another Fanlight, given the address of its page.
func (s *session) fanlight(ctx context.Context, page *url.URL) (*http.Response, error) {
	if !s.isFanlight(ctx, page.ResolveReference(&url.URL{Path: "api/status"})) {
		return nil, errPage
	}
	return s.get(ctx, page.ResolveReference(&url.URL{Path: "stream.mjpg"}))
}

// wrongTypeError is an answer that has no pictures, with its media type.
type wrongTypeError struct{ kind string }

func (e *wrongTypeError) Error() string {
	if _, _, err := mime.ParseMediaType(e.kind); err != nil {
		return "something unknown"
	}
	return e.kind
}
