package web

import (
	"encoding/binary"
	"time"

	"fanlight/streaming/sound"
)

// audioPCM is for the page: records of the capture time in microseconds since 1970, 8 bytes
// with the highest first, and PacketSamples of 16 bits with the lower byte first.
type audioPCM struct{}

func (*audioPCM) begin(into []byte, _ time.Time) []byte { return into }

func (*audioPCM) packet(into []byte, p audioPacket) []byte {
	into = binary.BigEndian.AppendUint64(into, uint64(p.taken.UnixMicro()))
	return appendSamples(into, p.samples)
}

func (*audioPCM) silence(into []byte, length time.Duration) ([]byte, time.Duration) {
	return into, length
}

func appendSamples(into []byte, samples []int16) []byte {
	for _, v := range samples {
		into = binary.LittleEndian.AppendUint16(into, uint16(v))
	}
	return into
}

// audioWAV is RIFF/WAVE without an end: players know sizes of 0xFFFFFFFF as that.
type audioWAV struct{}

func (*audioWAV) begin(into []byte, _ time.Time) []byte {
	const pcm, channels, sampleBytes, endless = 1, 1, 2, 0xFFFFFFFF
	little := binary.LittleEndian
	into = little.AppendUint32(append(into, "RIFF"...), endless)
	into = little.AppendUint32(append(into, "WAVEfmt "...), 16)
	into = little.AppendUint16(little.AppendUint16(into, pcm), channels)
	into = little.AppendUint32(into, sound.Rate)
	into = little.AppendUint32(into, sound.Rate*channels*sampleBytes)
	into = little.AppendUint16(little.AppendUint16(into, channels*sampleBytes), 8*sampleBytes)
	return little.AppendUint32(append(into, "data"...), endless)
}

func (*audioWAV) packet(into []byte, p audioPacket) []byte { return appendSamples(into, p.samples) }

// silence is to the sample.
func (*audioWAV) silence(into []byte, length time.Duration) ([]byte, time.Duration) {
	samples := int(min(length, time.Second) * sound.Rate / time.Second)
	if samples <= 0 {
		return into, 0
	}
	return append(into, make([]byte, 2*samples)...), time.Duration(samples) * time.Second / sound.Rate
}

// silentPackets is how many packets of silence fill a time best, at most a second.
func silentPackets(length time.Duration) int {
	return int((min(length, time.Second) + sound.PacketLength/2) / sound.PacketLength)
}
