package streaming

import (
	"fmt"
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
)

// makePart returns the picture as the bytes that every viewer is sent, in one
// piece for one Write, and the JPEG as it lies within them. The delimiter of the
// next part comes right behind the picture: Chromium shows a part only when the
// following delimiter has come (Chromium bug 527446).
func makePart(p Picture) (part, jpeg []byte) {
	header := fmt.Sprintf("Content-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: %s\r\n\r\n",
		len(p.JPEG), timestamp(p.Taken))
	part = make([]byte, 0, len(header)+len(p.JPEG)+len(nextDelimiter))
	part = append(part, header...)
	part = append(part, p.JPEG...)
	end := len(part)
	part = append(part, nextDelimiter...)
	return part, part[len(header):end:end]
}

// timestamp is the capture time as mjpg-streamer and uStreamer write it:
// seconds since 1970, a point, six digits of microseconds.
func timestamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}
