package streamtest

import (
	"bytes"
	"encoding/binary"
)

// stampHead begins a JPEG comment of eight bytes, which is the second segment of a picture.
var stampHead = []byte{0xFF, 0xFE, 0, 2 + 8}

// Stamped returns a picture that carries a number, in a comment behind its first two bytes.
func Stamped(picture []byte, n uint64) []byte {
	stamp := binary.BigEndian.AppendUint64(bytes.Clone(stampHead), n)
	return bytes.Join([][]byte{picture[:2], stamp, picture[2:]}, nil)
}

// Stamp returns the number of a picture that Stamped has made.
func Stamp(picture []byte) (n uint64, ok bool) {
	if len(picture) < 2+4+8 || !bytes.Equal(picture[2:6], stampHead) {
		return 0, false
	}
	return binary.BigEndian.Uint64(picture[6:]), true
}
