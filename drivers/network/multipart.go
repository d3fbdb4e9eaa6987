package network

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
)

const (
	// maxPart bounds a picture, its header and what lies between two pictures, in
	// bytes. A 4K picture of the best quality has about 8 MiB.
	maxPart = 16 << 20
	// maxBoundary bounds a boundary line. RFC 2046, section 5.1.1 allows 70
	// characters, its dashes not counted.
	maxBoundary = 256
	// maxPartHeader bounds a part's header lines.
	maxPartHeader = 16 << 10
	// longestMarks bounds an X-Through, in bytes: twenty Fanlights' marks.
	longestMarks = 540
)

var (
	errPartTooLarge = fmt.Errorf("a picture is larger than %d MiB", maxPart>>20)
	errNoBoundary   = errors.New("the stream is not divided into pictures")
)

// soi and eoi are the markers that a JPEG picture starts and ends with (ITU-T
// T.81, table B.1).
var soi, eoi = []byte{0xFF, 0xD8}, []byte{0xFF, 0xD9}

var dashes = []byte("--") // in front of a boundary

// parts reads the pictures of a multipart/x-mixed-replace body (RFC 2046, section
// 5.1) as servers send it: with a Content-Length that is right, wrong or absent;
// with a boundary that is quoted, or declared with dashes that belong to it, or
// differs from the declared one; with the first boundary missing; with line ends
// of CRLF or LF. A part that holds no JPEG is passed over.
type parts struct {
	body io.Reader
	// word is the boundary without its leading dashes; empty until it is known.
	word []byte
	// buf[start:end] is what has been read and not used yet. It is reused from
	// picture to picture.
	buf        []byte
	start, end int
}

// newParts returns a reader of the body. The content type is the response's.
func newParts(body io.Reader, contentType string) *parts {
	return &parts{body: body, word: boundaryWord(boundaryOf(contentType))}
}

// boundaryOf finds the parameter in a content type. mime.ParseMediaType refuses
// what some cameras write.
func boundaryOf(contentType string) string {
	for _, parameter := range strings.Split(contentType, ";") {
		key, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(key), "boundary") {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

// boundaryWord leaves out the dashes in front: servers disagree on whether the
// parameter has them. It is empty for what cannot be a boundary.
func boundaryWord(boundary string) []byte {
	word := strings.TrimLeft(strings.TrimSpace(boundary), "-")
	strange := func(r rune) bool { return r < ' ' || r > '~' }
	if len(word) > maxBoundary/2 || strings.ContainsFunc(word, strange) {
		return nil
	}
	return []byte(word)
}

// pictures yields the parts' pictures, borrowed until yield returns, and in the
// end the error that ended the stream: io.EOF where it simply ended.
func (p *parts) pictures() iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		err := p.begin()
		for err == nil {
			var picture camera.Picture
			if picture, err = p.part(); err == nil {
				if picture.JPEG != nil && !yield(picture, nil) {
					return
				}
				err = p.seek()
			}
		}
		yield(camera.Picture{}, err)
	}
}

// begin goes to the first part's header. The boundary that the body begins with
// is the one that counts. A body may also begin with a header, the boundary
// before it being forgotten (Tasmota, issue 12376).
func (p *parts) begin() error {
	if err := p.skipBlank(); err != nil {
		return err
	}
	if bytes.HasPrefix(p.window(), soi) {
		return nil
	}
	line, err := p.line()
	switch {
	case err != nil:
		return err
	case bytes.HasPrefix(line, dashes):
		p.word = boundaryWord(string(line))
	case isHeaderLine(line):
		return nil
	}
	return p.seek()
}

// part reads a part from its header on. The picture is nil if the part holds
// none; what follows the picture is left for seek.
func (p *parts) part() (camera.Picture, error) {
	header, err := p.header()
	if err != nil {
		return camera.Picture{}, err
	}
	if err := p.skipBlank(); err != nil {
		return camera.Picture{}, err
	}
	if !bytes.HasPrefix(p.window(), soi) {
		return camera.Picture{}, nil
	}
	jpeg, err := p.picture(header.length)
	if err != nil {
		return camera.Picture{}, err
	}
	p.start += len(jpeg)
	return camera.Picture{JPEG: jpeg, Taken: header.taken, Through: header.through}, nil
}

// picture returns the picture that the window begins with. A length is believed
// where a picture ends there, and then the picture need not wait for the next
// boundary, which some servers send only with the next picture. Else the
// picture goes up to the boundary.
func (p *parts) picture(length int) ([]byte, error) {
	if length > maxPart {
		return nil, errPartTooLarge
	}
	if length > 0 {
		err := p.fill(length)
		if err == nil && bytes.HasSuffix(p.window()[:length], eoi) {
			return p.window()[:length], nil
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
	}
	for scanned := 0; ; {
		found, ok := p.find(scanned)
		if ok {
			return p.window()[:found.at], nil
		}
		if whole, ok := p.whole(); ok {
			return whole, nil
		}
		scanned = max(0, len(p.window())-maxBoundary)
		if err := p.more(); err != nil {
			return nil, err
		}
	}
}

// whole returns the window if it is just a picture. It looks closely only where
// the picture seems to end: so may a thumbnail within it.
func (p *parts) whole() ([]byte, bool) {
	picture := trimLineEnd(p.window())
	if !bytes.HasSuffix(picture, eoi) {
		return nil, false
	}
	_, _, err := jpegs.Mend(picture)
	return picture, err == nil
}

// partHeader is what counts of a part's header.
type partHeader struct {
	length  int // in bytes; 0 where it is absent or makes no sense
	taken   time.Time
	through string
}

// header reads the header lines and the empty line behind them. One in front of
// them is passed over.
func (p *parts) header() (partHeader, error) {
	var header partHeader
	if err := p.skipBlank(); err != nil {
		return header, err
	}
	for size := 0; ; {
		if err := p.fill(len(soi)); err != nil {
			return header, err
		}
		if bytes.HasPrefix(p.window(), soi) {
			return header, nil // no header at all, or no empty line behind it
		}
		line, err := p.line()
		if err != nil {
			return header, err
		}
		p.start += len(line)
		if size += len(line); size > maxPartHeader {
			return header, errNoBoundary
		}
		text := strings.TrimSpace(string(line))
		if text == "" {
			return header, nil
		}
		key, value, _ := strings.Cut(text, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "content-length":
			if n, err := strconv.Atoi(value); err == nil && n > 0 {
				header.length = n
			}
		case "x-timestamp":
			header.taken = takenAt(value, time.Now())
		case "x-through":
			header.through = marksIn(value)
		}
	}
}

// isHeaderLine tells whether a line reads like "Content-Type: image/jpeg".
func isHeaderLine(line []byte) bool {
	key, _, found := bytes.Cut(line, []byte(":"))
	return found && len(key) > 0 && !bytes.ContainsFunc(key, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	})
}

const (
	// oldest and skew bound the times that are taken over from a source. Behind
	// them is a clock that is wrong, or one that counts from another moment, as
	// mjpg-streamer's does, which passes the kernel's uptime on.
	oldest = time.Hour
	skew   = time.Second
)

// marksIn reads an X-Through, whose words are passed on: it is empty unless all are
// made of letters and digits.
func marksIn(value string) string {
	strange := func(r rune) bool { return (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') }
	words := strings.Fields(value)
	if len(value) > longestMarks || slices.ContainsFunc(words, func(w string) bool { return strings.ContainsFunc(w, strange) }) {
		return ""
	}
	return strings.Join(words, " ")
}

// takenAt reads an X-Timestamp, seconds since 1970 with a fraction. It is zero,
// which stands for now, unless the time is plausible: up to an hour old. A source
// whose clock is up to a second ahead counts as having taken the picture now.
func takenAt(stamp string, now time.Time) time.Time {
	seconds, err := strconv.ParseFloat(stamp, 64)
	if err != nil || !(math.Abs(seconds) < math.MaxInt32*2) {
		return time.Time{}
	}
	whole, fraction := math.Modf(seconds)
	taken := time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1000)
	switch age := now.Sub(taken); {
	case age > oldest || age < -skew:
		return time.Time{}
	case age < 0:
		return now
	}
	return taken
}

// seek goes behind the next boundary, to the header of the next part.
func (p *parts) seek() error {
	for passed := 0; ; {
		if len(p.word) == 0 {
			if err := p.learn(); err != nil {
				return err
			}
		}
		if found, ok := p.find(0); ok {
			p.start += found.after
			if found.last {
				return io.EOF
			}
			return nil
		}
		// What has been looked through goes, but for what may be the beginning of
		// the boundary.
		if junk := len(p.window()) - maxBoundary; junk > 0 {
			p.start += junk
			if passed += junk; passed > maxPart {
				return errNoBoundary
			}
		}
		if err := p.more(); err != nil {
			return err
		}
	}
}

// learn takes the boundary from the line behind the first picture, where neither
// the content type nor the beginning of the body gave it.
func (p *parts) learn() error {
	if err := p.skipBlank(); err != nil {
		return err
	}
	line, err := p.line()
	if err != nil {
		return err
	}
	if bytes.HasPrefix(line, dashes) {
		p.word = boundaryWord(string(line))
	}
	if len(p.word) == 0 {
		return errNoBoundary
	}
	return nil
}

// delimiter is a boundary line in the window: where what it ends ends, where the
// next part begins, and whether it says that there is none.
type delimiter struct {
	at, after int
	last      bool
}

// find looks for a whole boundary line in the window, from an offset on. It
// begins a line, or at least with two dashes: not all servers send a line end
// behind a picture.
func (p *parts) find(from int) (delimiter, bool) {
	w := p.window()
	for len(p.word) > 0 {
		i := bytes.Index(w[from:], p.word)
		if i < 0 {
			break
		}
		i += from
		from = i + 1
		at := i
		for at > 0 && w[at-1] == '-' {
			at--
		}
		if i-at < 2 && at > 0 && w[at-1] != '\n' {
			continue
		}
		rest := w[i+len(p.word):]
		eol := bytes.IndexByte(rest[:min(len(rest), maxBoundary)], '\n')
		if eol < 0 {
			continue
		}
		tail := string(bytes.TrimSpace(rest[:eol]))
		if tail != "" && tail != "--" {
			continue
		}
		return delimiter{
			at:    len(trimLineEnd(w[:at])),
			after: i + len(p.word) + eol + 1,
			last:  tail == "--",
		}, true
	}
	return delimiter{}, false
}

func trimLineEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// line returns the line that the window begins with, its end included, and
// leaves it there.
func (p *parts) line() ([]byte, error) {
	for {
		if eol := bytes.IndexByte(p.window(), '\n'); eol >= 0 {
			return p.window()[:eol+1], nil
		}
		if len(p.window()) > maxPartHeader {
			return nil, errNoBoundary
		}
		if err := p.more(); err != nil {
			return nil, err
		}
	}
}

// skipBlank passes over empty lines, and makes sure that two bytes follow.
func (p *parts) skipBlank() error {
	for {
		if err := p.fill(len(soi)); err != nil {
			return err
		}
		if c := p.window()[0]; c != '\r' && c != '\n' {
			return nil
		}
		p.start++
	}
}

func (p *parts) window() []byte { return p.buf[p.start:p.end] }

// fill reads until the window has n bytes.
func (p *parts) fill(n int) error {
	for len(p.window()) < n {
		if err := p.more(); err != nil {
			return err
		}
	}
	return nil
}

// more reads on. It moves the window, so that slices of it are good until then.
func (p *parts) more() error {
	const step = 64 << 10
	if len(p.window()) > maxPart+maxPartHeader {
		return errPartTooLarge
	}
	if len(p.buf)-p.end < step/2 {
		whole := p.buf
		if len(p.window()) > len(p.buf)/2 || len(p.buf) == 0 {
			whole = make([]byte, 2*len(p.buf)+step)
		}
		p.end = copy(whole, p.window())
		p.start, p.buf = 0, whole
	}
	n, err := io.ReadAtLeast(p.body, p.buf[p.end:], 1)
	p.end += n
	return err
}
