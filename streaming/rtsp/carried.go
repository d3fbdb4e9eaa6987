package rtsp

import (
	"bytes"
	"encoding/binary"

	"fanlight/drivers/jpegs"
)

// Markers (T.81 table B.1), the byte behind 0xFF.
const (
	sof0    = 0xC0
	dht     = 0xC4
	soi     = 0xD8
	eoi     = 0xD9
	sos     = 0xDA
	dqt     = 0xDB
	dri     = 0xDD
	app0    = 0xE0
	app15   = 0xEF
	comment = 0xFE
)

// LongestSide is that of a picture that RTP carries, and Step what its sides are multiples of,
// in pixels (RFC 2435, section 3.1.5).
const (
	LongestSide = 2040
	Step        = 8
)

const (
	tableSize  = 64
	components = 3
)

// header is what RTP carries of a picture besides its data: the reader makes a new header
// of it, with the standard Huffman tables.
type header struct {
	tables [4][]byte // for quantization, by their destinations
	frame  []byte    // content of the frame header
}

// carried returns a picture as RTP can carry it, with the same data and with nothing in its
// header but what the encoder reads. It returns false for a picture that the reader would
// get garbled: the encoder panics on some of those, and sends others.
func carried(picture []byte) (plain []byte, ok bool) {
	if len(picture) < 2 || picture[0] != 0xFF || picture[1] != soi {
		return nil, false
	}
	var h header
	for rest := picture[2:]; ; {
		code, content, behind := segment(rest)
		switch {
		case code == sos:
			return h.carried(content, behind)
		case !h.take(code, content):
			return nil, false
		}
		rest = behind
	}
}

// segment returns the first segment, with its marker's code, and what is behind it. The
// code is 0 if there is none.
func segment(rest []byte) (code byte, content, behind []byte) {
	for len(rest) > 1 && rest[0] == 0xFF && rest[1] == 0xFF { // fill bytes
		rest = rest[1:]
	}
	if len(rest) < 4 || rest[0] != 0xFF {
		return 0, nil, nil
	}
	length := int(binary.BigEndian.Uint16(rest[2:])) // counts itself
	if length < 2 || len(rest) < 2+length {
		return 0, nil, nil
	}
	return rest[1], rest[4 : 2+length], rest[2+length:]
}

// take reads a segment in front of the scan, and reports whether RTP carries a picture that
// has it.
func (h *header) take(code byte, content []byte) bool {
	switch {
	case app0 <= code && code <= app15, code == comment:
		return true
	case code == dht:
		return jpegs.AreStandard(content)
	case code == dri: // the interval is lost on the way
		return len(content) == 2 && content[0] == 0 && content[1] == 0
	case code == sof0:
		again := h.frame != nil
		h.frame = content
		return !again
	case code == dqt:
		return h.takeTables(content)
	default:
		return false
	}
}

// takeTables reads a segment of quantization tables of 8 bits (T.81 B.2.4.1).
func (h *header) takeTables(content []byte) bool {
	for len(content) > 0 {
		if content[0] >= byte(len(h.tables)) || len(content) < 1+tableSize {
			return false
		}
		h.tables[content[0]], content = content[1:1+tableSize], content[1+tableSize:]
	}
	return true
}

// carried returns the picture of the header, a scan's header and what is behind that.
func (h *header) carried(scan, data []byte) (plain []byte, ok bool) {
	luminance, chrominance, ok := h.frameTables()
	if !ok || !h.isWholeScan(scan) || !isOneScan(data) {
		return nil, false
	}
	plain = make([]byte, 0, len(data)+256)
	plain = append(plain, 0xFF, soi)
	plain = append(plain, 0xFF, dqt, 0, 2+2*(1+tableSize), 0)
	plain = append(plain, luminance...)
	plain = append(append(plain, 1), chrominance...)
	plain = append(append(plain, 0xFF, sof0, 0, byte(2+len(h.frame))), h.frame...)
	plain = append(append(plain, 0xFF, sos, 0, byte(2+len(scan))), scan...)
	return append(plain, data...), true
}

// frameTables checks the frame header (T.81 B.2.2), and returns the tables that it names.
func (h *header) frameTables() (luminance, chrominance []byte, ok bool) {
	f := h.frame
	if len(f) != 6+3*components || f[0] != 8 || f[5] != components {
		return nil, nil, false
	}
	for _, side := range []uint16{binary.BigEndian.Uint16(f[1:]), binary.BigEndian.Uint16(f[3:])} {
		if side == 0 || side%Step != 0 || side > LongestSide {
			return nil, nil, false
		}
	}
	y, cb, cr := f[6:9], f[9:12], f[12:15]
	if y[1] != 0x21 && y[1] != 0x22 || cb[1] != 0x11 || cr[1] != 0x11 {
		return nil, nil, false
	}
	if y[2] >= byte(len(h.tables)) || cb[2] >= byte(len(h.tables)) || cb[2] != cr[2] {
		return nil, nil, false
	}
	luminance, chrominance = h.tables[y[2]], h.tables[cb[2]]
	return luminance, chrominance, luminance != nil && chrominance != nil
}

// isWholeScan reports whether a scan's header (T.81 B.2.3) names all components of the
// frame in their order, with the Huffman tables that the reader takes for them.
func (h *header) isWholeScan(scan []byte) bool {
	f := h.frame
	return bytes.Equal(scan, []byte{components, f[6], 0x00, f[9], 0x11, f[12], 0x11, 0, 63, 0})
}

// isOneScan reports whether a scan's data ends with the picture, and is without restart
// markers.
func isOneScan(data []byte) bool {
	for {
		i := bytes.IndexByte(data, 0xFF)
		if i < 0 || i+1 == len(data) {
			return false
		}
		switch data[i+1] {
		case 0:
			data = data[i+2:]
		case eoi:
			return i > 0 && i+2 == len(data)
		default:
			return false
		}
	}
}
