package network

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
)

// mediaType returns the Content-Type without its parameters, in lower case.
func mediaType(answer *http.Response) string {
	kind, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// pictures tells what an answer is by its first bytes, and by its Content-Type where
// they leave it open: ffmpeg as a server calls multipart application/octet-stream, and
// cameras call a picture image/jpg, or nothing at all. It reports whether the answer
// is, by its header, a single picture.
func (s *session) pictures(answer *http.Response, body io.Reader) (pictures iter.Seq2[camera.Picture, error], still bool, err error) {
	kind := mediaType(answer)
	buffered := bufio.NewReader(body)
	first, err := firstBytes(buffered)
	isMultipart := strings.HasPrefix(kind, "multipart/") || bytes.HasPrefix(first, dashes)
	isPicture := bytes.HasPrefix(first, soi)
	switch {
	case isOne(answer) && (isPicture || !isMultipart && hasStart(buffered, answer.ContentLength)):
		return s.single(answer, buffered), true, nil
	case isPicture && !isMultipart:
		return bareJPEGs(answer, buffered), strings.HasPrefix(kind, "image/"), nil
	case isMultipart:
		return newParts(buffered, answer.Header.Get("Content-Type")).pictures(), false, nil
	}
	sample, _ := buffered.Peek(buffered.Buffered()) // what has come
	seen, _, _ := strings.Cut(http.DetectContentType(sample), ";")
	switch {
	case kind == "text/html" || seen == "text/html":
		return nil, false, errPage
	case err != nil:
		return nil, false, err
	case kind == "" || strings.HasPrefix(kind, "image/jp"):
		kind = seen
	}
	return nil, false, &wrongTypeError{kind}
}

// firstBytes returns the first two bytes, or a few more, that are no blanks.
func firstBytes(body *bufio.Reader) ([]byte, error) {
	for n := 2; ; n++ {
		first, err := body.Peek(n)
		if first = bytes.TrimLeft(first, " \t\r\n"); len(first) >= 2 || err != nil {
			return first, err
		}
	}
}

// isOne reports whether an answer may be a single picture by its header.
func isOne(answer *http.Response) bool {
	return answer.ContentLength > 0 && answer.ContentLength <= maxPart && !strings.HasPrefix(mediaType(answer), "video/")
}

// hasStart reports whether a picture begins in a body of a length, with no more than a
// few bytes in front.
func hasStart(body *bufio.Reader, length int64) bool {
	first, _ := body.Peek(int(min(length, jpegs.MaxJunk)))
	return bytes.Contains(first, []byte{soi[0], soi[1], 0xFF})
}

// single yields the only picture of an answer, and reads it whole. Its length was
// checked.
func (s *session) single(answer *http.Response, body io.Reader) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		s.still.Reset()
		if _, err := s.still.ReadFrom(body); err != nil {
			yield(camera.Picture{}, err)
			return
		}
		yield(described(camera.Picture{JPEG: withEnd(s.still.Bytes())}, answer), nil)
	}
}

// bareJPEGs yields pictures that follow each other with nothing in between, or the only
// one of an answer without a length.
func bareJPEGs(answer *http.Response, body io.Reader) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		for picture, err := range jpegs.Split(body, maxPart) {
			if err == nil {
				picture = described(picture, answer)
			}
			if !yield(picture, err) {
				return
			}
		}
	}
}

// described returns a picture with what the header of its answer says of it. A time is
// that of the first picture, and too old for those that come later.
func described(picture camera.Picture, answer *http.Response) camera.Picture {
	picture.Taken = takenAt(answer.Header.Get("X-Timestamp"), time.Now())
	picture.Through = marksIn(answer.Header.Get("X-Through"))
	answer.Header.Del("X-Timestamp")
	return picture
}

// wrongTypeError is an answer that has no pictures, with its media type.
type wrongTypeError struct{ kind string }

func (e *wrongTypeError) Error() string {
	if _, _, err := mime.ParseMediaType(e.kind); err != nil {
		return "something unknown"
	}
	return e.kind
}
