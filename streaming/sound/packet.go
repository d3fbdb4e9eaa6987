package sound

import (
	"context"
	"iter"
	"time"
)

// Sound is mono, of Rate samples a second, in packets of PacketSamples.
const (
	Rate          = 48000
	PacketSamples = Rate / 50
	PacketLength  = 20 * time.Millisecond
)

// Packet is 20 ms of sound. It is immutable and shared by all consumers.
type Packet struct {
	// Seq numbers the packets, from 1, without gaps: who misses one was too slow.
	Seq uint64
	// Taken is when the first sample was captured. Where it is not PacketLength behind the one
	// before, there is a gap.
	Taken time.Time
	// Samples are PacketSamples of 16 bits; nil in a packet of the past, whose Opus has to do.
	Samples []int16
	// Opus is the packet as Opus (RFC 6716). The encoder begins anew behind a gap.
	Opus []byte
}

// Source is a microphone as [Sound] uses it.
type Source struct {
	ID, Name string
	// Packets opens the microphone and yields its samples until the loop is left, ctx ends, or
	// it fails: PacketSamples at a time, valid until yield returns, with the time at which the
	// first was captured. A failure is yielded once, last, as a sentence for the user.
	Packets func(ctx context.Context) iter.Seq2[Samples, error]
}

// Samples are what a microphone yields.
type Samples struct {
	Taken   time.Time
	Samples []int16
}

// Encoder makes Opus of packets, in order. It is for one goroutine.
type Encoder interface {
	// Encode appends the packet as Opus to a buffer.
	Encode(into []byte, samples []int16) ([]byte, error)
	// Reset begins anew, behind a gap.
	Reset() error
}
