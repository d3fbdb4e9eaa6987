package jpegs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Marker codes, the byte behind 0xFF (T.81 table B.1).
const (
	tem     = 0x01
	sof0    = 0xC0 // baseline
	sof1    = 0xC1 // extended
	sof2    = 0xC2 // progressive
	sof3    = 0xC3 // lossless
	dht     = 0xC4
	jpg     = 0xC8
	sof9    = 0xC9 // this one and those behind it: arithmetic coding
	dac     = 0xCC
	sof15   = 0xCF
	rst0    = 0xD0
	rst7    = 0xD7
	soi     = 0xD8
	eoi     = 0xD9
	sos     = 0xDA
	dhp     = 0xDE // begins a hierarchical picture
	app0    = 0xE0
	app1    = 0xE1
	app2    = 0xE2
	stuffed = 0x00 // no marker: 0xFF 0x00 is a byte of 0xFF in a scan's data
	fill    = 0xFF // any number of these may stand before a marker
)

// A picture is refused if decoding it would be much more work than its bytes
// warrant: ten kilobytes of empty scans can keep a decoder busy for minutes.
const (
	// maxPixels bounds a picture's area. The largest sensors of webcams and small
	// computers have 64 megapixels.
	maxPixels = 1 << 26
	// maxScans bounds the scans of a progressive picture; encoders make ten.
	maxScans = 100
	// maxScanned bounds the pixels that all scans go over, one after the other: 64
	// megapixels in 16 scans.
	maxScanned = 16 * maxPixels
	// maxPixelsPerByte bounds how few bytes may stand for many pixels, besides those of
	// a small picture, freePixels. Six blocks of 8×8 take six bits at least where they
	// stand for 16×16 pixels, which is 341 for each byte (T.81 F.1.2, G.1.2).
	maxPixelsPerByte = 512
	freePixels       = 1 << 20
)

var (
	errCutShort = errors.New("the picture is cut short")
	errNoScan   = errors.New("not a picture: it ends before any pixels")
	// errUnshown is wrapped by the error for a picture that is whole, of a kind that no
	// viewer decodes.
	errUnshown = errors.New("no browser and no player shows such a picture: choose another format in the camera's own settings")
	// errAnother is met where a picture has no end and the next one begins.
	errAnother = fmt.Errorf("%w: another one begins within it", errCutShort)
)

// Info is what the markers of a picture say.
type Info struct {
	Width, Height int // in pixels
	// Second is the offset of a second JPEG, if the picture is two: its fields, the one
	// with the first, third, fifth line and so on, and the one with the others. Width and
	// Height are those of the picture. LowerFirst is true if the first JPEG has the others.
	Second     int
	LowerFirst bool
}

// walker follows the markers of one picture from the start-of-image marker to
// the end-of-image marker, also while the picture is still coming in. Segments
// are skipped by their length, so a thumbnail inside one is not looked at.
type walker struct {
	at   int  // offset up to which the picture is walked
	data bool // at stands in a scan's data, not at a marker

	info   Info
	frame  byte // the code of the frame header, SOFn; 0 before it
	scan   int  // offset of the first start-of-scan marker; 0 before it
	scans  int  // start-of-scan markers so far
	tables bool // Huffman tables were defined before the first scan
	mpf    int  // offset of the Multi-Picture Format's index; 0 for none
}

// newWalker returns a walker that stands behind the start-of-image marker.
func newWalker() walker { return walker{at: 2} }

// walk goes on to the end of the picture, or as far as its bytes reach, and
// tells whether the end is found; w.at stands behind it then. Each call gets the
// picture from its first byte, and no less than the call before. After an error
// w.at stands where the picture went wrong, which may be the start of another.
func (w *walker) walk(picture []byte) (done bool, err error) {
	for {
		if w.data && !w.skipData(picture) {
			return false, nil
		}
		code, ok := w.marker(picture)
		if !ok {
			return false, nil
		}
		switch {
		case code == eoi && w.scan == 0:
			return false, errNoScan
		case code == eoi:
			w.at += 2
			return true, w.tooLittle()
		case code == soi:
			return false, errAnother
		case code == stuffed || code == tem || isRestart(code):
			w.at += 2
			continue
		case code < sof0: // reserved
			return false, fmt.Errorf("the picture is broken: it holds the unknown marker FF %02X", code)
		}
		if more, err := w.segment(picture, code); err != nil || more {
			return false, err
		}
	}
}

// skipData goes on to the first marker that ends the scan's data, and tells
// whether it is there. Restart markers are part of the data.
func (w *walker) skipData(picture []byte) bool {
	for {
		i := bytes.IndexByte(picture[w.at:], 0xFF)
		if i < 0 {
			w.at = len(picture)
			return false
		}
		w.at += i
		if w.at+1 == len(picture) {
			return false
		}
		switch code := picture[w.at+1]; {
		case code == stuffed || isRestart(code):
			w.at += 2
		case code == fill:
			w.at++
		default:
			w.data = false
			return true
		}
	}
}

// marker returns the code of the marker at w.at, which it moves over fill bytes and,
// as libjpeg does, over bytes between two segments that belong to neither. It returns
// false where the picture does not reach so far.
func (w *walker) marker(picture []byte) (code byte, ok bool) {
	for ; w.at+1 < len(picture); w.at++ {
		if picture[w.at] == 0xFF && picture[w.at+1] != fill {
			return picture[w.at+1], true
		}
	}
	return 0, false
}

// segment goes over the segment of the marker at w.at, once all of it is there.
func (w *walker) segment(picture []byte, code byte) (more bool, err error) {
	rest := picture[w.at+2:]
	if len(rest) < 2 {
		return true, nil
	}
	length := int(binary.BigEndian.Uint16(rest)) // counts itself
	if length < 2 {
		return false, fmt.Errorf("the picture is broken: a segment has the length %d", length)
	}
	if len(rest) < length {
		return true, nil
	}
	switch content := rest[2:length]; {
	case code == sos && w.frame == 0:
		return false, errors.New("the picture is broken: its pixels come before its size")
	case code == sos:
		if w.scan == 0 {
			w.scan = w.at
		}
		if w.scans++; w.scans > maxScans || w.scans*w.info.Width*w.info.Height > maxScanned {
			return false, fmt.Errorf("the picture is too much work to decode: it has %d scans or more of %d×%d pixels", w.scans, w.info.Width, w.info.Height)
		}
		w.data = true
	case code == dht:
		w.tables = w.tables || w.scan == 0
	case code == dhp:
		return false, fmt.Errorf("the picture is hierarchical; %w", errUnshown)
	case code == app2 && bytes.HasPrefix(content, mpfName):
		w.mpf = w.at + 4 + len(mpfName)
	case isFrame(code):
		if err := w.size(code, content); err != nil {
			return false, err
		}
	}
	w.at += 2 + length
	return false, nil
}

// size reads a frame header (T.81 B.2.2): precision, lines, samples a line, components.
func (w *walker) size(code byte, header []byte) error {
	if w.frame != 0 {
		return errors.New("the picture is broken: it gives its size twice")
	}
	if len(header) < 6 {
		return errors.New("the picture is broken: its frame header is too short")
	}
	if err := shown(code, header[0]); err != nil {
		return err
	}
	width, height := int(binary.BigEndian.Uint16(header[3:])), int(binary.BigEndian.Uint16(header[1:]))
	switch {
	case width == 0 || height == 0:
		return fmt.Errorf("the picture has no size: it says %d×%d pixels", width, height)
	case width*height > maxPixels:
		return fmt.Errorf("the picture is too large: it says %d×%d pixels, and %d megapixels are the most; choose a smaller size", width, height, maxPixels/1_000_000)
	}
	w.frame, w.info = code, Info{Width: width, Height: height}
	return nil
}

// shown returns an error for a picture of a kind that viewers do not decode, by the
// code of its frame header and its bits a sample (T.81 tables B.1 and B.2).
func shown(code, bits byte) error {
	switch {
	case code >= sof9:
		return fmt.Errorf("the picture is compressed by arithmetic coding; %w", errUnshown)
	case code == sof3:
		return fmt.Errorf("the picture is a lossless one; %w", errUnshown)
	case code > sof3:
		return fmt.Errorf("the picture is hierarchical; %w", errUnshown)
	case bits != 8:
		return fmt.Errorf("the picture has %d bits a sample, and not 8; %w", bits, errUnshown)
	}
	return nil
}

// tooLittle returns an error for a picture that has too few bytes for its size.
func (w *walker) tooLittle() error {
	if pixels := w.info.Width * w.info.Height; pixels > freePixels+maxPixelsPerByte*w.at {
		return fmt.Errorf("the picture is not what it says: %d bytes cannot be %d×%d pixels", w.at, w.info.Width, w.info.Height)
	}
	return nil
}

// lacksTables reports whether the picture relies on the standard Huffman tables
// without having them. It is known at the end of the walk.
func (w *walker) lacksTables() bool { return !w.tables && (w.frame == sof0 || w.frame == sof1) }

func isRestart(code byte) bool { return rst0 <= code && code <= rst7 }

func isFrame(code byte) bool {
	return sof0 <= code && code <= sof15 && code != dht && code != jpg && code != dac
}
