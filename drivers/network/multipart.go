package network

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

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
	// exact is true if the last picture without an end-of-image marker had the length
	// that its header said.
	exact bool
	// buf[start:end] is what has been read and not used yet. It is reused from
	// picture to picture.
	buf        []byte
	start, end int
}

// newParts returns a reader of the body. The content type is the response's.
func newParts(body io.Reader, contentType string) *parts {
	return &parts{body: body, word: boundaryWord(boundaryOf(contentType))}
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
	if err := p.skipJunk(&header.length); err != nil {
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
	return camera.Picture{JPEG: withEnd(jpeg), Taken: header.taken, Through: header.through}, nil
}

// skipJunk goes to a picture that begins a few bytes behind the header, in a part that
// has a length.
func (p *parts) skipJunk(length *int) error {
	if bytes.HasPrefix(p.window(), soi) || *length <= len(soi) {
		return nil
	}
	if err := p.fill(min(*length, jpegs.MaxJunk)); err != nil {
		return err
	}
	first := p.window()[:min(*length, jpegs.MaxJunk)]
	if junk := bytes.Index(first, []byte{soi[0], soi[1], 0xFF}); junk > 0 {
		p.start += junk
		*length -= junk
	}
	return nil
}

// withEnd returns a picture of which nothing is missing but, with some cameras, its
// end-of-image marker. That of one with padding behind it stands there twice.
func withEnd(picture []byte) []byte {
	if bytes.HasSuffix(picture, eoi) {
		return picture
	}
	return append(picture[:len(picture):len(picture)], eoi...)
}

// picture returns the picture that the window begins with. A length is believed
// where a picture ends there, or where one before it was right, and then the picture
// need not wait for the next boundary, which some servers send only with the next
// picture. Else the picture goes up to the boundary, or to the end of a stream that
// ends where the length says.
func (p *parts) picture(length int) ([]byte, error) {
	if length > maxPart {
		return nil, errPartTooLarge
	}
	if length > 0 {
		err := p.fill(length)
		if err == nil && (p.exact || bytes.HasSuffix(p.window()[:length], eoi)) {
			return p.window()[:length], nil
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
	}
	for scanned := 0; ; {
		found, ok := p.find(scanned)
		if ok {
			p.exact = found.at == length
			return p.window()[:found.at], nil
		}
		if whole, ok := p.whole(); ok {
			return whole, nil
		}
		scanned = max(0, len(p.window())-maxBoundary)
		if err := p.more(); err != nil {
			if picture := trimLineEnd(p.window()); err == io.EOF && len(picture) == length {
				return picture, nil
			}
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
