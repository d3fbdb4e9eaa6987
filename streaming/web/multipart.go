package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"fanlight/streaming"
)

// boundary separates the parts of multipart/x-mixed-replace (RFC 2046, section 5.1.1).
// A picture may contain it by chance: readers go by Content-Length.
const (
	boundary          = "fanlight"
	streamContentType = "multipart/x-mixed-replace; boundary=" + boundary
	firstDelimiter    = "--" + boundary + "\r\n"
	nextDelimiter     = "\r\n" + firstDelimiter
	partType          = "Content-Type: image/jpeg\r\n"
	aheadHeader       = partType + "\r\n"

	// throughHeader is the header of a part, and of a snapshot, that lists the marks of
	// the programs that the picture came through. Browsers ignore it.
	throughHeader = "X-Through"
)

// The bytes that follow a picture at once. See newPart.
var (
	plainTail = []byte(nextDelimiter)
	aheadTail = []byte(nextDelimiter + aheadHeader)
)

// part is a picture as it is sent to a viewer: header, JPEG, and the bytes that follow.
// Its JPEG is the frame's memory: a part is valid while the frame is held.
type part struct{ head, jpeg, tail []byte }

// newPart returns the picture as a part of the stream in its two forms. In both the
// delimiter of the next part follows the picture at once, so that a client that searches
// for it need not wait for the next picture.
//
// Chromium's image loader shows a part only when the whole header of the next one has
// arrived (Chromium bug 527446; Blink's ImageResource::OnePartInMultipartReceived), and
// so would show the last picture but one. It is sent the form ahead: the picture and
// behind it the next part's header, which has no length and no time, since they are not
// known yet.
func newPart(f *streaming.Frame) (normal, ahead part) { return newPartOf(f, f.JPEG) }

// newPartOf is newPart with another JPEG than the frame's: the same card in another
// language.
func newPartOf(f *streaming.Frame, jpeg []byte) (normal, ahead part) {
	head := make([]byte, 0, 192)
	head = append(head, partType+"Content-Length: "...)
	head = strconv.AppendInt(head, int64(len(jpeg)), 10)
	head = append(head, "\r\nX-Timestamp: "...)
	head = appendTimestamp(head, f.Taken)
	if f.Through != "" {
		head = append(append(head, "\r\n"+throughHeader+": "...), f.Through...)
	}
	head = append(head, "\r\n\r\n"...)
	return part{head, jpeg, plainTail}, part{nil, jpeg, aheadTail}
}

// size returns the part's length in bytes.
func (p part) size() int { return len(p.head) + len(p.jpeg) + len(p.tail) }

// pieces returns the part's memory, in order.
func (p part) pieces() [3][]byte { return [3][]byte{p.head, p.jpeg, p.tail} }

// after returns the part without its first n bytes.
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

// wantsAhead reports whether a request is from a Chromium browser that shows the stream
// as an image, in a page or by itself. Its scripts, and programs that only have Chrome in
// their User-Agent, accept anything, and read the lengths.
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
