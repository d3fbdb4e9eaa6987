package streaming

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"
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
)

// makePart returns the picture as the bytes that every viewer is sent, in one
// piece for one Write, and the JPEG as it lies within them. The delimiter of the
// next part comes right behind the picture, so that nobody who looks for it waits
// for the next picture.
//
// Chromium's image loader waits for more: it shows a part only once the whole
// header of the next one has come (Chromium bug 527446; Blink's
// ImageResource::OnePartInMultipartReceived), and so shows the picture before last.
// What it is sent instead is ahead: the picture and behind it the next part's
// header, which cannot give a length or a time that nobody knows yet. All three
// share their bytes.
func makePart(p Picture) (part, jpeg, ahead []byte) {
	through := ""
	if p.Through != "" {
		through = throughHeader + ": " + p.Through + "\r\n"
	}
	header := fmt.Sprintf(partType+"Content-Length: %d\r\nX-Timestamp: %s\r\n%s\r\n",
		len(p.JPEG), timestamp(p.Taken), through)
	all := bytes.Join([][]byte{[]byte(header), p.JPEG, []byte(nextDelimiter + aheadHeader)}, nil)
	end := len(header) + len(p.JPEG)
	next := end + len(nextDelimiter)
	return all[:next:next], all[len(header):end:end], all[len(header):]
}

// wantsAhead tells whether a request is of a browser of Chromium's kin that shows
// the stream as an image, in a page or by itself. Its scripts, and programs that
// only bear its name, accept anything, and read the lengths.
func wantsAhead(r *http.Request) bool {
	return strings.Contains(r.UserAgent(), "Chrome/") && strings.Contains(r.Header.Get("Accept"), "image/")
}

// timestamp is the capture time as mjpg-streamer and uStreamer write it:
// seconds since 1970, a point, six digits of microseconds.
func timestamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}
