package jpegs

import (
	"bytes"
	"slices"
)

// field returns which lines of a picture a JPEG has, by the AVI1 segment of Motion-JPEG
// from analogue cards (OpenDML AVI, "polarity"): 1 for the first, third and so on, 2 for
// the others, and 0 for all.
func field(picture []byte) byte {
	const name = 6 // offset, behind the markers and the length
	if len(picture) > name+4 && picture[2] == 0xFF && picture[3] == app0 && bytes.HasPrefix(picture[name:], []byte("AVI1")) {
		if f := picture[name+4]; f <= 2 {
			return f
		}
	}
	return 0
}

// mate looks for the other field of a picture behind its end, and returns both, one behind
// the other. It returns false if there is none.
func mate(whole []byte, info Info, picture []byte, end int) ([]byte, Info, bool) {
	first := field(whole)
	if first == 0 {
		return nil, Info{}, false
	}
	start := bytes.Index(picture[end:], startOfImage)
	if start < 0 || field(picture[end+start:])+first != 3 {
		return nil, Info{}, false
	}
	second, other, _, length, err := mendOne(picture[end+start:])
	if err != nil || other != info || 2*info.Width*info.Height > maxPixels {
		return nil, Info{}, false
	}
	both := Info{Width: info.Width, Height: 2 * info.Height, Second: len(whole), LowerFirst: first == 2}
	if len(whole) == end && start == 0 && len(second) == length { // they are so already
		return picture[: end+length : end+length], both, true
	}
	return slices.Concat(whole, second), both, true
}

// pair returns a picture with its other field, if it is the second one that came. It
// returns false for the first, which it keeps. Where fields do not come in pairs they are
// pictures.
func (s *splitter) pair(p Picture) (Picture, bool) {
	of := field(p.JPEG)
	if before := s.first; before != nil {
		s.first = nil
		both := slices.Concat(before, p.JPEG)
		if whole, info, err := Mend(both); err == nil && info.Second > 0 && len(both) <= s.limit {
			if len(whole) > len(both) { // it lacks tables
				info = Info{}
			}
			return Picture{JPEG: both, Info: info}, true
		}
		s.single = of == field(before)
	}
	if of == 0 || s.single {
		return p, true
	}
	s.first = bytes.Clone(p.JPEG)
	return Picture{}, false
}
