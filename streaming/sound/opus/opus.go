package opus

import (
	"fmt"

	"fanlight/streaming/sound"

	libopus "gopkg.in/hraban/opus.v2"
)

const (
	bitsPerSecond = 64000
	complexity    = 5 // of 0 to 10: half the work of 10, and no difference to be heard at this rate

	// largest bounds a packet, in bytes: RFC 6716, section 3.4.
	largest = 1275
	// longest is the longest packet that a stream may have: 120 ms.
	longest = sound.Rate * 120 / 1000
)

// Encoder is for one goroutine.
type Encoder struct {
	lib    *libopus.Encoder
	buffer [largest]byte
}

// NewEncoder returns an Encoder that begins anew.
func NewEncoder() (*Encoder, error) {
	lib, err := libopus.NewEncoder(sound.Rate, 1, libopus.AppAudio)
	if err != nil {
		return nil, fmt.Errorf("starting libopus: %w", err)
	}
	if err := lib.SetBitrate(bitsPerSecond); err != nil {
		return nil, fmt.Errorf("setting libopus: %w", err)
	}
	if err := lib.SetComplexity(complexity); err != nil {
		return nil, fmt.Errorf("setting libopus: %w", err)
	}
	return &Encoder{lib: lib}, nil
}

// Encode appends a packet as Opus to a buffer.
func (e *Encoder) Encode(into []byte, samples []int16) ([]byte, error) {
	n, err := e.lib.Encode(samples, e.buffer[:])
	if err != nil {
		return into, err
	}
	return append(into, e.buffer[:n]...), nil
}

// Reset begins anew.
func (e *Encoder) Reset() error { return e.lib.Reset() }

// Decoder is for one goroutine.
type Decoder struct {
	lib    *libopus.Decoder
	buffer [longest]int16
}

// NewDecoder returns a Decoder that begins anew.
func NewDecoder() (*Decoder, error) {
	lib, err := libopus.NewDecoder(sound.Rate, 1)
	if err != nil {
		return nil, fmt.Errorf("starting libopus: %w", err)
	}
	return &Decoder{lib: lib}, nil
}

// Decode returns a packet's samples, valid until the next call. They are sound.PreSkip behind
// those that were encoded.
func (d *Decoder) Decode(packet []byte) ([]int16, error) {
	n, err := d.lib.Decode(packet, d.buffer[:])
	if err != nil {
		return nil, err
	}
	return d.buffer[:n], nil
}
