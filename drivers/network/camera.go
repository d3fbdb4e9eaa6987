package network

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
	"fanlight/drivers/newest"
	"fanlight/drivers/secrets"
)

// snapshotFPS is how often a camera that serves only single pictures is asked for
// one, in pictures a second, where nobody said otherwise.
const snapshotFPS = 1

// source is an address: without the user and the password, which are
// sent only to a server that asks for them.
type source struct {
	address *url.URL
	user    *url.Userinfo // nil for none
	// pinned is the SHA-256 of the certificate that the server must show, whoever
	// vouches for it; empty for one that this computer trusts.
	pinned string
}

// Camera makes a camera of an http:// or https:// address, which may hold a
// password, and behind # a certificate's fingerprint: #sha256=AB:CD:... for one that
// nobody vouches for. What the address answers decides how it is read.
func Camera(choice string) (camera.Camera, error) {
	address, err := secrets.ParseAddress(choice)
	if err != nil {
		return camera.Camera{}, err
	}
	if address.Path == "" {
		address.Path = "/"
	}
	pinned, err := pinOf(address)
	if err != nil {
		return camera.Camera{}, err
	}
	address.Fragment = ""
	whole := address.String()
	c := source{address, address.User, pinned}
	address.User = nil
	listed := camera.Camera{ID: secrets.Hide(whole), Name: c.name(), Frames: c.frames}
	if pinned != "" {
		whole += pinPrefix + pinned
	}
	if listed.ID != whole {
		listed.Choice = whole
	}
	return listed, nil
}

const pinPrefix = "#sha256="

// pinOf reads the certificate's fingerprint behind an address, #sha256= and 64
// hexadecimal digits, with or without the colons that people compare it by. It is
// empty for none.
func pinOf(address *url.URL) (string, error) {
	text, ok := strings.CutPrefix("#"+address.Fragment, pinPrefix)
	if !ok {
		return "", nil
	}
	pinned := strings.ToLower(strings.ReplaceAll(text, ":", ""))
	if raw, err := hex.DecodeString(pinned); err != nil || len(raw) != sha256.Size {
		return "", fmt.Errorf("what stands behind #sha256= is no fingerprint of a certificate: write its 64 hexadecimal digits, as the other window's settings show them, not %q", text)
	}
	if address.Scheme != "https" {
		return "", errors.New("an http:// address has no certificate: write https://, or leave #sha256= out")
	}
	return pinned, nil
}

// bareStreams are paths that say no more than that a stream is there.
var bareStreams = []string{
	"/", "/stream", "/stream.mjpg", "/video", "/video.mjpg", "/video_feed", "/mjpeg", "/mjpg/video.mjpg", "/axis-cgi/mjpg/video.cgi",
}

func (c source) name() string {
	if slices.Contains(bareStreams, c.address.Path) {
		return c.address.Host
	}
	return c.address.Host + c.address.Path
}

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

// run yields pictures until the consumer leaves, which is no error, or the
// source fails.
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

// read asks the address and reads what it answers with.
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

// mediaType is the type without its parameters, in lower case.
func mediaType(answer *http.Response) string {
	kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// pictureStream tells a stream's format by its type, or by its first bytes where
// the type says little: ffmpeg as a server calls multipart application/octet-stream.
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

// bareJPEGs are pictures one behind the other, with nothing in between.
func bareJPEGs(body io.Reader) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		for picture, err := range jpegs.Split(body, maxPart) {
			if !yield(camera.Picture{JPEG: picture}, err) {
				return
			}
		}
	}
}

// fanlight finds the stream of another Fanlight, of which the user gave the page.
func (s *session) fanlight(ctx context.Context, page *url.URL) (*http.Response, error) {
	if !s.isFanlight(ctx, page.ResolveReference(&url.URL{Path: "api/status"})) {
		return nil, errPage
	}
	return s.get(ctx, page.ResolveReference(&url.URL{Path: "stream.mjpg"}))
}

// snapshots asks again and again for a single picture, at the asked rate. A slow
// consumer gets fewer, never a burst.
func (s *session) snapshots(ctx context.Context, answer *http.Response, watch *watch, want camera.Want, yield func(camera.Picture, error) bool) error {
	fps := want.FPS
	if fps <= 0 {
		fps = snapshotFPS
	}
	tick := time.NewTicker(time.Duration(float64(time.Second) / fps))
	defer tick.Stop()
	granted := want.Granted
	var buffer bytes.Buffer
	for {
		picture, err := snapshot(answer, watch, &buffer)
		if err != nil {
			return err
		}
		if granted != nil {
			if config, err := jpeg.DecodeConfig(bytes.NewReader(picture.JPEG)); err == nil {
				granted(camera.Mode{Width: config.Width, Height: config.Height, FPS: fps})
				granted = nil
			}
		}
		watch.stop()
		if !yield(picture, nil) {
			return errLeft
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		watch.restart()
		if answer, err = s.get(ctx, s.home); err != nil {
			return err
		}
	}
}

// snapshot reads the one picture of an answer.
func snapshot(answer *http.Response, watch *watch, buffer *bytes.Buffer) (camera.Picture, error) {
	defer answer.Body.Close()
	if kind := mediaType(answer); kind != "image/jpeg" {
		return camera.Picture{}, &wrongTypeError{kind}
	}
	buffer.Reset()
	if _, err := buffer.ReadFrom(io.LimitReader(watch.reader(answer.Body), maxPart+1)); err != nil {
		return camera.Picture{}, err
	}
	if buffer.Len() > maxPart {
		return camera.Picture{}, errPartTooLarge
	}
	return camera.Picture{
		JPEG:    buffer.Bytes(),
		Taken:   takenAt(answer.Header.Get("X-Timestamp"), time.Now()),
		Through: marksIn(answer.Header.Get("X-Through")),
	}, nil
}

// wrongTypeError says that an address answers with something else than pictures.
type wrongTypeError struct{ kind string }

func (e *wrongTypeError) Error() string {
	if _, _, err := mime.ParseMediaType(e.kind); err != nil {
		return "something unknown"
	}
	return e.kind
}
