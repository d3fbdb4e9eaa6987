package matroska

import (
	"encoding/binary"
	"time"

	"github.com/at-wat/ebml-go/webm"
)

// soundRate is the rate of Opus, in Hz, whatever went into it.
const soundRate = 48_000

// seekPreRoll is how much of the sound in front of a place a player decodes first, so that it
// is right from there on (RFC 7845, section 4.2).
const seekPreRoll = 80 * time.Millisecond

// soundEntry describes the track of sound whose packets have a header in front. How many
// samples its decoder returns too many at first, the pre-skip, is a time in Matroska, by which
// players show the track earlier.
func soundEntry(opusHead []byte) webm.TrackEntry {
	preSkip := time.Duration(binary.LittleEndian.Uint16(opusHead[10:]))
	return webm.TrackEntry{
		TrackNumber: soundTrack, TrackUID: soundTrack, CodecID: "A_OPUS", TrackType: 2, CodecPrivate: opusHead,
		CodecDelay: uint64(preSkip * time.Second / soundRate), SeekPreRoll: uint64(seekPreRoll),
		Audio: &webm.Audio{SamplingFrequency: soundRate, Channels: uint64(opusHead[9])},
	}
}
