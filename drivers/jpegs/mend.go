package jpegs

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// MaxJunk bounds what a camera may send in front of a picture, in bytes.
const MaxJunk = 512

// Mend checks a picture from a camera, which is distrusted, and returns what a
// decoder can take. It walks the markers from the start-of-image marker through
// all segments and scans to the end-of-image marker, and leaves out what stands
// behind that one, since cameras pad with zeros or rubbish, a few bytes in front,
// and a start-of-image marker that stands there twice. A picture without Huffman
// tables, as many USB cameras send it (Motion-JPEG of AVI files), gets the
// standard ones that it relies on. Bytes between two segments stay: decoders go
// over them. What no viewer decodes is refused, such as 12 bits a sample.
//
// A picture of analogue cards that has its other field behind it, see [Info], comes
// with that.
//
// The result shares the picture's bytes; only added tables and fields make it a copy.
// An error says in words what is wrong.
func Mend(picture []byte) (whole []byte, info Info, err error) {
	whole, info, from, end, err := mendOne(picture)
	if err != nil {
		return nil, Info{}, err
	}
	if both, info, ok := mate(whole, info, picture[from:], end-from); ok {
		return both, info, nil
	}
	return whole, info, nil
}

// mendOne is [Mend] for the first JPEG, and returns the offsets at which it begins and ends.
func mendOne(picture []byte) (whole []byte, info Info, from, end int, err error) {
	if len(picture) == 0 {
		return nil, Info{}, 0, 0, errors.New("the picture is empty")
	}
	if !bytes.HasPrefix(picture, startOfImage[:2]) {
		start := bytes.Index(picture[:min(len(picture), MaxJunk)], startOfImage)
		if start < 0 {
			return nil, Info{}, 0, 0, fmt.Errorf("not a JPEG picture: it begins with % X", picture[:min(len(picture), 4)])
		}
		picture, from = picture[start:], start
	}
	for bytes.HasPrefix(picture[2:], startOfImage[:2]) {
		picture, from = picture[2:], from+2
	}
	if len(picture) > 2 && picture[2] != 0xFF {
		return nil, Info{}, 0, 0, errors.New("the picture is broken: byte 2 should begin a marker")
	}
	w := newWalker()
	done, err := w.walk(picture)
	if err != nil {
		return nil, Info{}, 0, 0, err
	}
	if !done {
		return nil, Info{}, 0, 0, errCutShort
	}
	whole = picture[:w.at:w.at]
	if w.lacksTables() {
		whole = slices.Concat(whole[:w.scan], standardTables, whole[w.scan:])
	}
	return whole, w.info, from, from + w.at, nil
}
