package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"fanlight/streaming"
)

// boundary separates the pictures of multipart/x-mixed-replace (RFC 2046,
// section 5.1.1). Nothing in a picture is mistaken for it: every part gives its
// Content-Length.
const (
	boundary          = "fanlight"
	streamContentType = "multipart/x-mixed-replace; boundary=" + boundary
	firstDelimiter    = "--" + boundary + "\r\n"
	nextDelimiter     = "\r\n" + firstDelimiter
	partType          = "Content-Type: image/jpeg\r\n"
	aheadHeader       = partType + "\r\n"

	// throughHeader is that of a part, and of a snapshot, with the marks of the
	// programs that the picture came through. Browsers pass over it.
	throughHeader = "X-Through"
)

// What comes right behind a picture. See newPart.
var (
	plainTail = []byte(nextDelimiter)
	aheadTail = []byte(nextDelimiter + aheadHeader)
)

// part is a picture as it is sent to a viewer: its header, the JPEG where it lies
// in the frame, and what comes behind it. Nothing is copied for it. It is valid
// while the frame is held.
type part struct{ head, jpeg, tail []byte }

// newPart returns the picture as a part of the stream, for all viewers of its
// kind. The delimiter of the next part comes right behind the picture, so that
// nobody who looks for it waits for the next picture.
//
// Chromium's image loader waits for more: it shows a part only once the whole
// header of the next one has come (Chromium bug 527446; Blink's
// ImageResource::OnePartInMultipartReceived), and so shows the picture before last.
// What it is sent instead is ahead: the picture and behind it the next part's
// header, which cannot give a length or a time that nobody knows yet.
func newPart(f *streaming.Frame) (normal, ahead part) {
	head := make([]byte, 0, 192)
	head = append(head, partType+"Content-Length: "...)
	head = strconv.AppendInt(head, int64(len(f.JPEG)), 10)
	head = append(head, "\r\nX-Timestamp: "...)
	head = appendTimestamp(head, f.Taken)
	if f.Through != "" {
		head = append(append(head, "\r\n"+throughHeader+": "...), f.Through...)
	}
	head = append(head, "\r\n\r\n"...)
	return part{head, f.JPEG, plainTail}, part{nil, f.JPEG, aheadTail}
}

// size is the part's in bytes.
func (p part) size() int { return len(p.head) + len(p.jpeg) + len(p.tail) }

// pieces are the part's memory, in order.
func (p part) pieces() [3][]byte { return [3][]byte{p.head, p.jpeg, p.tail} }

// after returns what is left of the part behind its first n bytes.
func (p part) after(n int) part {
	for _, piece := range []*[]byte{&p.head, &p.jpeg, &p.tail} {
		skip := min(n, len(*piece))
		*piece = (*piece)[skip:]
		n -= skip
	}
	return p
}

// appendTo appends the part's bytes to a buffer.
func (p part) appendTo(buffer []byte) []byte {
	return append(append(append(buffer, p.head...), p.jpeg...), p.tail...)
}

// wantsAhead reports whether a request is of a browser of Chromium's kin that shows
// the stream as an image, in a page or by itself. Its scripts, and programs that
// only bear its name, accept anything, and read the lengths.
func wantsAhead(r *http.Request) bool {
	return strings.Contains(r.UserAgent(), "Chrome/") && strings.Contains(r.Header.Get("Accept"), "image/")
}

// appendTimestamp appends the capture time as mjpg-streamer and uStreamer write it:
// seconds since 1970, a point, six digits of microseconds.
func appendTimestamp(to []byte, t time.Time) []byte {
	to = append(strconv.AppendInt(to, t.Unix(), 10), '.')
	micros := strconv.Itoa(1_000_000 + t.Nanosecond()/1000)
	return append(to, micros[1:]...)
}
