// Package soundtest has a microphone and an encoder for tests. Tests of package sound and of
// those that use it import it, and nobody else.
package soundtest

import (
	"context"
	"encoding/binary"
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"fanlight/streaming/sound"
)

// Microphone yields a packet every 20 ms whose samples are its number, and can fail. It may
// be used in a bubble of fake time.
type Microphone struct {
	ID   string
	Open atomic.Int32 // how many openings there are now
	// Opened counts the openings so far.
	Opened atomic.Int32
	// Fail, while it is set, is what an opening ends with.
	Fail atomic.Pointer[error]
	// Panic has the next packet panic.
	Panic atomic.Bool
	// Hang has it deliver nothing.
	Hang atomic.Bool
	// Sample, unless it is zero, is what the samples are.
	Sample atomic.Int32
	// Shift is added to the capture times.
	Shift atomic.Int64

	packets atomic.Int64
}

// Source returns it as a source.
func (m *Microphone) Source() sound.Source {
	return sound.Source{ID: m.ID, Name: "Microphone " + m.ID, Packets: m.run}
}

func (m *Microphone) run(ctx context.Context) iter.Seq2[sound.Samples, error] {
	return func(yield func(sound.Samples, error) bool) {
		m.Open.Add(1)
		m.Opened.Add(1)
		defer m.Open.Add(-1)
		tick := time.NewTicker(sound.PacketLength)
		defer tick.Stop()
		samples := make([]int16, sound.PacketSamples)
		for {
			if fail := m.Fail.Load(); fail != nil {
				yield(sound.Samples{}, *fail)
				return
			}
			select {
			case <-ctx.Done():
				return
			case now := <-tick.C:
				if m.Hang.Load() {
					continue
				}
				if m.Panic.CompareAndSwap(true, false) {
					panic("a fault of the microphone")
				}
				n := m.packets.Add(1)
				sample := int16(n)
				if fixed := m.Sample.Load(); fixed != 0 {
					sample = int16(fixed)
				}
				for i := range samples {
					samples[i] = sample
				}
				taken := now.Add(time.Duration(m.Shift.Load()) - sound.PacketLength)
				if !yield(sound.Samples{Taken: taken, Samples: samples}, nil) {
					return
				}
			}
		}
	}
}

// ErrEncoder is the failure of an Encoder.
var ErrEncoder = errors.New("the encoder has failed")

// Encoder encodes a packet as how many it has encoded since it began anew, and the packet's
// first sample. A first sample of -1 fails.
type Encoder struct{ since uint16 }

// NewEncoder returns one.
func NewEncoder() (sound.Encoder, error) { return &Encoder{}, nil }

// Encode is called by package sound.
func (e *Encoder) Encode(into []byte, samples []int16) ([]byte, error) {
	if samples[0] == -1 {
		return into, ErrEncoder
	}
	e.since++
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(into, e.since), uint16(samples[0])), nil
}

// Reset is called by package sound.
func (e *Encoder) Reset() error {
	e.since = 0
	return nil
}

// Encoded is what a packet of an Encoder was made of.
func Encoded(packet []byte) (since, sample uint16) {
	return binary.BigEndian.Uint16(packet), binary.BigEndian.Uint16(packet[2:])
}

// Decoder decodes what an Encoder has encoded.
type Decoder struct{}

// Decode is called by package web.
func (Decoder) Decode(packet []byte) ([]int16, error) {
	_, sample := Encoded(packet)
	samples := make([]int16, sound.PacketSamples)
	for n := range samples {
		samples[n] = int16(sample)
	}
	return samples, nil
}
