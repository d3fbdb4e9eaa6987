package web

import (
	"context"
	"encoding/binary"
	"iter"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/opus"
)

const (
	patternFPS   = 30
	patternEvery = time.Second            // from a flash and a click to the next ones
	patternClick = 10 * time.Millisecond  // is how long a click lasts,
	patternFlash = 100 * time.Millisecond // and a flash
)

// pattern is a camera and a microphone of one clock. The camera's pictures are slides, whose
// numbers count from when the pattern began. At every full second of that one flashes (see
// isFlash) and the other clicks.
type pattern struct {
	began   time.Time
	padding []byte // makes pictures larger
	sound   *sound.Sound
	fail    atomic.Pointer[error] // of the camera
	deaf    atomic.Pointer[error] // of the microphone
	stuck   atomic.Bool           // the microphone delivers nothing
}

// isFlash reports whether a slide is one of a flash.
func isFlash(number int) bool { return number%patternFPS < int(patternFlash*patternFPS/time.Second) }

// newPattern returns a pattern whose pictures are larger than slides by a number of bytes, and
// whose sound is the stream's.
func newPattern(t *testing.T, stream *Stream, padding int) *pattern {
	t.Helper()
	p := &pattern{began: time.Now().Truncate(time.Millisecond)}
	for ; padding > 0; padding -= 60_000 {
		comment := make([]byte, 2+60_000)
		comment[0], comment[1] = 0xFF, 0xFE
		binary.BigEndian.PutUint16(comment[2:], 60_000)
		p.padding = append(p.padding, comment...)
	}
	p.sound = sound.New(func() (sound.Encoder, error) { return opus.NewEncoder() }, 0, slog.New(slog.DiscardHandler))
	t.Cleanup(p.sound.Close)
	p.sound.Use(sound.Source{ID: "pattern", Name: "Pattern", Packets: p.clicks})
	stream.HearWith(p.sound, func() (Decoder, error) { return opus.NewDecoder() })
	return p
}

// source is the pattern's camera.
func (p *pattern) source() streaming.Source {
	return streaming.Source{ID: "pattern", Name: "Pattern", Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
		return func(yield func(streaming.Picture, error) bool) {
			granted(streaming.Mode{Width: slideWidth, Height: slideHeight, FPS: patternFPS})
			for n := int(time.Since(p.began)*patternFPS/time.Second) + 1; ; n++ {
				due := p.began.Add(time.Duration(n) * time.Second / patternFPS)
				if !until(ctx, due) {
					return
				}
				if fail := p.fail.Load(); fail != nil {
					yield(streaming.Picture{}, *fail)
					return
				}
				jpeg := slide(n % slideNumbers)
				jpeg = append(append(jpeg[:2:2], p.padding...), jpeg[2:]...)
				if !yield(streaming.Picture{JPEG: jpeg, Taken: due}, nil) {
					return
				}
			}
		}
	}}
}

// clicks is the pattern's microphone.
func (p *pattern) clicks(ctx context.Context) iter.Seq2[sound.Samples, error] {
	return func(yield func(sound.Samples, error) bool) {
		samples := make([]int16, sound.PacketSamples)
		for n := int(time.Since(p.began) / sound.PacketLength); ; n++ {
			after := time.Duration(n) * sound.PacketLength
			if !until(ctx, p.began.Add(after+sound.PacketLength)) {
				return
			}
			if fail := p.deaf.Load(); fail != nil {
				yield(sound.Samples{}, *fail)
				return
			}
			p.samples(after, samples)
			if !p.stuck.Load() && !yield(sound.Samples{Taken: p.began.Add(after), Samples: samples}, nil) {
				return
			}
		}
	}
}

// samples makes the packet of a time after the pattern began.
func (p *pattern) samples(after time.Duration, into []int16) {
	for i := range into {
		into[i] = 0
		if (after%patternEvery)+time.Duration(i)*time.Second/sound.Rate < patternClick {
			into[i] = int16(20000 * (1 - 2*(i/24%2))) // 1 kHz
		}
	}
}
