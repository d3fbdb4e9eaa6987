package rtsp

import (
	"errors"
	"fmt"
	"log/slog"

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
	clock   *clock
}

func newPackets(remake []Remake, log *slog.Logger) (*packets, error) {
	encoder, err := (&format.MJPEG{}).CreateEncoder()
	if err != nil {
		return nil, fmt.Errorf("making RTP packets: %w", err)
	}
	return &packets{remake: remake, log: log, encoder: encoder, clock: newClock()}, nil
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
	timestamp := p.clock.timestamp(frame.Taken)
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
