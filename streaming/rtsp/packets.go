package rtsp

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"fanlight/drivers/caught"
	"fanlight/streaming"

	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/bluenviron/gortsplib/v5/pkg/format/rtpmjpeg"
	"github.com/pion/rtp"
)

// Remake makes of a JPEG picture another one that RTP may carry. It only reads the picture
// and does not keep it; the result is the caller's.
type Remake func(picture []byte) ([]byte, error)

// errNotCarried is the error for a picture of which no Remake makes one that RTP carries.
var errNotCarried = errors.New("RTP cannot carry such a picture")

// packets makes RTP packets of pictures. It is for one goroutine.
type packets struct {
	remake  []Remake // for pictures that RTP does not carry, tried in order
	log     *slog.Logger
	encoder *rtpmjpeg.Encoder
	said    bool

	first  time.Time // the Taken of the first picture
	offset uint32    // its timestamp, which RFC 3550 wants to be random
	last   int64     // the newest timestamp, counted from offset
}

func newPackets(remake []Remake, log *slog.Logger) (*packets, error) {
	encoder, err := (&format.MJPEG{}).CreateEncoder()
	if err != nil {
		return nil, fmt.Errorf("making RTP packets: %w", err)
	}
	return &packets{remake: remake, log: log, encoder: encoder, offset: rand.Uint32()}, nil
}

// of returns a picture's packets, with their timestamps; nil for a picture that cannot be
// carried, which it logs once.
func (p *packets) of(frame *streaming.Frame) []*rtp.Packet {
	var packed []*rtp.Packet
	err := caught.Do(func() (err error) {
		plain, err := p.plain(frame.JPEG)
		if err == nil {
			packed, err = p.encoder.Encode(plain)
		}
		return err
	})
	if err != nil {
		if !p.said {
			p.said = true
			p.log.Warn("picture not sent by RTSP; further ones are not logged", "err", err)
		}
		return nil
	}
	timestamp := p.timestamp(frame.Taken)
	for _, packet := range packed {
		packet.Timestamp = timestamp
	}
	return packed
}

// plain returns a picture as RTP carries it, made anew if need be.
func (p *packets) plain(picture []byte) ([]byte, error) {
	if plain, ok := carried(picture); ok {
		return plain, nil
	}
	failed := errNotCarried
	for _, remake := range p.remake {
		made, err := remake(picture)
		if err != nil {
			failed = fmt.Errorf("%w: %w", errNotCarried, err)
			continue
		}
		if plain, ok := carried(made); ok {
			return plain, nil
		}
	}
	return nil, failed
}

// clockRate is that of the timestamps of video, in Hz (RFC 2435, section 3).
const clockRate = 90_000

// timestamp returns the timestamp of a picture. It does not go back when the clock does, and
// goes on from there at the pictures' pace.
func (p *packets) timestamp(taken time.Time) uint32 {
	if p.first.IsZero() {
		p.first = taken
		return p.offset
	}
	at := int64(taken.Sub(p.first).Seconds() * clockRate)
	if p.last-at > clockRate { // by a second or more: of a clock that was set back
		p.first = p.first.Add(-time.Duration(p.last-at) * time.Second / clockRate)
		at = p.last
	}
	p.last = max(p.last+1, at)
	return p.offset + uint32(p.last)
}
