package web

import (
	"bytes"
	"encoding/binary"
	"time"

	"fanlight/streaming/sound"

	"github.com/at-wat/ebml-go"
	"github.com/at-wat/ebml-go/webm"
)

// audioWebM is WebM with Opus, for MediaSource in browsers: live, in clusters of 100 ms whose
// size is not known, so that no packet waits. Times count from the first packet.
type audioWebM struct {
	first   time.Time
	next    time.Duration // where a packet of silence would be
	cluster time.Duration // where the cluster begins
	begun   bool          // there is one
}

func (*audioWebM) isOpus() {}

const (
	webmCluster = 100 * time.Millisecond
	unknownSize = 0x01FFFFFFFFFFFFFF
	// seekPreRoll is RFC 7845's 80 ms, in nanoseconds.
	seekPreRoll = 80_000_000
)

func (m *audioWebM) begin(into []byte, taken time.Time) []byte {
	m.first = taken
	var header, tracks bytes.Buffer
	// Neither fails: both have only fields that can be written, and are written to memory.
	ebml.Marshal(&struct {
		Header webm.EBMLHeader `ebml:"EBML"`
	}{webm.EBMLHeader{EBMLVersion: 1, EBMLReadVersion: 1, EBMLMaxIDLength: 4, EBMLMaxSizeLength: 8, DocType: "webm", DocTypeVersion: 4, DocTypeReadVersion: 2}}, &header)
	ebml.Marshal(&struct {
		Info   webm.Info   `ebml:"Info"`
		Tracks webm.Tracks `ebml:"Tracks"`
	}{
		webm.Info{TimecodeScale: uint64(time.Millisecond), MuxingApp: "Fanlight", WritingApp: "Fanlight", DateUTC: taken.UTC()},
		webm.Tracks{TrackEntry: []webm.TrackEntry{{
			TrackNumber: 1, TrackUID: 1, TrackType: 2, CodecID: "A_OPUS", CodecPrivate: sound.OpusHead(),
			CodecDelay: uint64(sound.Delay), SeekPreRoll: seekPreRoll,
			Audio: &webm.Audio{SamplingFrequency: sound.Rate, Channels: 1},
		}}},
	}, &tracks)
	into = append(into, header.Bytes()...)
	into = binary.BigEndian.AppendUint64(append(into, 0x18, 0x53, 0x80, 0x67), unknownSize) // Segment
	return append(into, tracks.Bytes()...)
}

func (m *audioWebM) packet(into []byte, p audioPacket) []byte {
	const step = sound.PacketLength - time.Millisecond // times do not go back
	return m.add(into, max(p.taken.Sub(m.first), m.next-step), p.opus)
}

func (m *audioWebM) silence(into []byte, length time.Duration) ([]byte, time.Duration) {
	n := silentPackets(length)
	for range n {
		into = m.add(into, m.next, sound.SilentOpus)
	}
	return into, time.Duration(max(n, 0)) * sound.PacketLength
}

// add appends a packet as a SimpleBlock.
func (m *audioWebM) add(into []byte, at time.Duration, packet []byte) []byte {
	at = max(at, 0)
	if !m.begun || at-m.cluster >= webmCluster || at < m.cluster {
		m.begun, m.cluster = true, at.Truncate(time.Millisecond)
		into = binary.BigEndian.AppendUint64(append(into, 0x1F, 0x43, 0xB6, 0x75), unknownSize)
		into = binary.BigEndian.AppendUint64(append(into, 0xE7, 0x88), uint64(m.cluster.Milliseconds())) // Timecode
	}
	const simpleBlock, track, keyframe = 0xA3, 1<<7 | 1, 0x80
	into = binary.BigEndian.AppendUint32(append(into, simpleBlock), 1<<28|uint32(len(packet)+4))
	into = binary.BigEndian.AppendUint16(append(into, track), uint16((at - m.cluster).Milliseconds()))
	m.next = at + sound.PacketLength
	return append(append(into, keyframe), packet...)
}
