package rtsp

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/bluenviron/gortsplib/v5/pkg/format/rtph264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
)

// h264Payload is the number of H.264 packets in the description.
const h264Payload = 96

// h264Outlet sends H.264 by RECORD over TCP, and sound as Opus, which needs no ffmpeg.
type h264Outlet struct {
	*engine
	sender    *Sender
	withSound bool
	ctx       context.Context
	stop      context.CancelFunc
	speaking  sync.WaitGroup
	encoder   *rtph264.Encoder
	clock     *clock
}

// dialRTSP connects to an engine that is told of the stream once its parameters are known.
func (s *Sender) dialRTSP(ctx context.Context, withSound bool) (outlet, error) {
	to, err := base.ParseURL(s.To.Text())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotTaken, err)
	}
	o := &h264Outlet{engine: s.newEngine(), sender: s, withSound: withSound, clock: newClock()}
	if err := o.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotTaken, err)
	}
	o.ctx, o.stop = context.WithCancel(ctx)
	context.AfterFunc(o.ctx, o.engine.Close)
	if _, err := o.Options(to); err != nil {
		o.close()
		return nil, whyNot(err)
	}
	return o, nil
}

func (o *h264Outlet) begin(sps, pps []byte, _ *mpeg4audio.AudioSpecificConfig) error {
	pictures := &format.H264{PayloadTyp: h264Payload, SPS: sps, PPS: pps, PacketizationMode: 1}
	var err error
	if o.encoder, err = pictures.CreateEncoder(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotEncoded, err)
	}
	if err := o.announce(o.sender.To, described(pictures, o.withSound)); err != nil {
		return err
	}
	if o.withSound {
		o.speaking.Go(func() { o.sender.speak(o.ctx, o.engine) })
	}
	return nil
}

func (o *h264Outlet) picture(au [][]byte, _ time.Duration, taken time.Time) error {
	packed, err := o.encoder.Encode(au)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotEncoded, err)
	}
	timestamp := o.clock.timestamp(taken)
	for _, packet := range packed {
		packet.Timestamp = timestamp
	}
	const look = 5 * time.Millisecond
	for o.waiting() > behind {
		select {
		case <-time.After(look):
		case <-o.ctx.Done():
			return o.ctx.Err()
		}
	}
	return o.send(packed, taken)
}

// sound is never called: ffmpeg is given none.
func (o *h264Outlet) sound([]byte, time.Duration) error { return nil }

func (o *h264Outlet) wait() error { return fmt.Errorf("%w: %w", ErrEnded, o.Wait()) }

func (o *h264Outlet) close() {
	o.stop()
	o.engine.Close()
	o.speaking.Wait()
}
