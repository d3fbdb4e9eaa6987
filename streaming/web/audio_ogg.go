package web

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"fanlight/streaming/sound"
)

// audioOgg is Ogg Opus (RFC 3533 and 7845), a page a packet, so that nothing waits for more.
type audioOgg struct {
	serial  uint32
	pages   uint32
	samples uint64 // so far: the granule position
}

func (*audioOgg) isOpus() {}

const firstPage, anyPage = 2, 0 // header types

func (o *audioOgg) begin(into []byte, _ time.Time) []byte {
	o.serial = rand.Uint32()
	const vendor = "Fanlight"
	tags := binary.LittleEndian.AppendUint32([]byte("OpusTags"), uint32(len(vendor)))
	tags = binary.LittleEndian.AppendUint32(append(tags, vendor...), 0)
	return o.page(o.page(into, firstPage, sound.OpusHead()), anyPage, tags)
}

func (o *audioOgg) packet(into []byte, p audioPacket) []byte { return o.add(into, p.opus) }

// silence is of whole packets, and so to half of one.
func (o *audioOgg) silence(into []byte, length time.Duration) ([]byte, time.Duration) {
	n := silentPackets(length)
	for range n {
		into = o.add(into, sound.SilentOpus)
	}
	return into, time.Duration(max(n, 0)) * sound.PacketLength
}

func (o *audioOgg) add(into, packet []byte) []byte {
	o.samples += sound.PacketSamples
	return o.page(into, anyPage, packet)
}

// page appends a page of one packet.
func (o *audioOgg) page(into []byte, kind byte, packet []byte) []byte {
	const version, checksumAt = 0, 22
	begin := len(into)
	little := binary.LittleEndian
	into = append(append(into, "OggS"...), version, kind)
	into = little.AppendUint64(into, o.samples)
	into = little.AppendUint32(into, o.serial)
	into = little.AppendUint32(into, o.pages)
	into = little.AppendUint32(into, 0) // the checksum, which is made with zero in its place
	into = append(into, byte(len(packet)/255+1))
	for range len(packet) / 255 {
		into = append(into, 255)
	}
	into = append(append(into, byte(len(packet)%255)), packet...)
	little.PutUint32(into[begin+checksumAt:], oggChecksum(into[begin:]))
	o.pages++
	return into
}

// oggTable is that of the polynomial 0x04C11DB7, which package hash/crc32 has only with its
// bits in reverse.
var oggTable = func() (table [256]uint32) {
	for n := range table {
		sum := uint32(n) << 24
		for range 8 {
			high := sum >> 31
			sum = sum<<1 ^ high*0x04C11DB7
		}
		table[n] = sum
	}
	return table
}()

func oggChecksum(page []byte) (sum uint32) {
	for _, b := range page {
		sum = sum<<8 ^ oggTable[byte(sum>>24)^b]
	}
	return sum
}
