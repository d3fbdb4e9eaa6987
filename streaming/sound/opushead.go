package sound

import (
	"encoding/binary"
	"time"
)

// PreSkip is how many samples in front of the first one a decoder of the Opus packets returns,
// and so how much later each sample comes out of it: the encoder looks ahead that far.
const PreSkip = 312

// Delay is PreSkip as a time.
const Delay = PreSkip * time.Second / Rate

// SilentOpus is a packet of silence.
var SilentOpus = []byte{0xF8, 0xFF, 0xFE} // CELT, fullband, 20 ms, mono

// OpusHead returns what a file has in front of the packets: the identification header of RFC
// 7845, section 5.1.
func OpusHead() []byte {
	const version, channels, gain, family = 1, 1, 0, 0
	head := append([]byte("OpusHead"), version, channels)
	head = binary.LittleEndian.AppendUint16(head, PreSkip)
	head = binary.LittleEndian.AppendUint32(head, Rate)
	head = binary.LittleEndian.AppendUint16(head, gain)
	return append(head, family)
}
