package rtsp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"fanlight/streaming/underway"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/bluenviron/gortsplib/v5/pkg/liberrors"
	"github.com/pion/rtp"
)

const (
	// answerPatience is how long an engine may take for an answer.
	answerPatience = 10 * time.Second
	// farewell is how long it may take to be told of the end.
	farewell = time.Second
)

// engine is a connection to an engine that records.
type engine struct {
	gortsplib.Client
	about  *description.Session
	conn   atomic.Pointer[conn] // nil before it is dialed
	queued atomic.Uint64
}

// Close ends the connection. To an engine that takes nothing any more, [gortsplib.Client.Close]
// would write the end as patiently as all else, first behind what waits.
func (e *engine) Close() {
	late := time.AfterFunc(farewell, func() {
		if dialed := e.conn.Load(); dialed != nil {
			dialed.Close()
		}
	})
	defer late.Stop()
	e.Client.Close()
}

// waiting is how many packets wait for the engine.
func (e *engine) waiting() int {
	written := e.conn.Load().written.Load() // first: it grows behind the other
	return int(e.queued.Load() - written)
}

// record sends pictures as they are, and sound, by RECORD over TCP. What is sent is agreed upon
// at the beginning, so it begins anew where a microphone is chosen or none any more.
func (s *Sender) record(ctx context.Context, sent func()) error {
	for {
		if err := s.recordOnce(ctx, isChosen(s.Sound), sent); err != nil {
			return err
		}
	}
}

// recordOnce returns no error where there is sound no longer, or now.
func (s *Sender) recordOnce(ctx context.Context, withSound bool, sent func()) error {
	packets, err := newPackets(s.Remake, s.Log)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	e := s.newEngine()
	if err := e.Start(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotTaken, err)
	}
	defer e.Close()
	defer context.AfterFunc(ctx, e.Close)()
	if err := e.announce(s.To, described(&format.MJPEG{}, withSound)); err != nil {
		return err
	}
	ended := make(chan error, 1)
	s.working.Go(func() {
		ended <- e.Wait()
		stop()
	})
	if withSound {
		var speaking sync.WaitGroup
		defer speaking.Wait()
		defer stop()
		speaking.Go(func() { s.speak(ctx, e) })
	}
	for frame := range s.Feed.Frames(ctx) {
		if isChosen(s.Sound) != withSound {
			return nil
		}
		if e.waiting() > behind || !underway.IsFree(e.conn.Load().Conn) { // it is slow, and skips pictures
			continue
		}
		packed := packets.of(frame)
		if err := e.send(packed, frame.Taken); err != nil {
			return err
		}
		if packed != nil {
			sent()
		}
	}
	return fmt.Errorf("%w: %w", ErrEnded, <-ended)
}

// send queues the packets of a picture.
func (e *engine) send(packed []*rtp.Packet, taken time.Time) error {
	for _, packet := range packed {
		if err := e.WritePacketRTPWithNTP(e.about.Medias[pictureMedia], packet, taken); err != nil {
			return fmt.Errorf("%w: %w", ErrEnded, err)
		}
		e.queued.Add(1)
	}
	return nil
}

// speak sends sound until ctx ends, or the connection does. What is not sent to an engine that
// is slow is a gap.
func (s *Sender) speak(ctx context.Context, e *engine) {
	packets, number := newSoundPackets(), uint16(0)
	for p := range filled(ctx, s.Sound) {
		packet := packets.of(p)
		if e.waiting() > behindToHear {
			continue
		}
		packet.SequenceNumber = number
		number++
		if e.WritePacketRTPWithNTP(e.about.Medias[soundMedia], packet, p.Taken) != nil {
			return
		}
		e.queued.Add(1)
	}
}

func (s *Sender) newEngine() *engine {
	tcp := gortsplib.ProtocolTCP
	e := &engine{}
	e.Client = gortsplib.Client{
		Scheme: s.To.address.Scheme, Host: s.To.address.Host,
		Protocol: &tcp, WriteQueueSize: queue, ReadTimeout: answerPatience, WriteTimeout: writePatience, UserAgent: "Fanlight",
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialed, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			limitBuffer(dialed)
			on := &conn{Conn: dialed}
			e.conn.Store(on)
			return on, nil
		},
		OnDecodeError: func(err error) { s.Log.Debug("not understood by RTSP", "err", err) },
	}
	return e
}

// announce has the engine take a stream.
func (e *engine) announce(to Target, about *description.Session) error {
	u, err := base.ParseURL(to.Text())
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotTaken, err)
	}
	e.about = about
	if _, err = e.Announce(u, e.about); err == nil {
		err = e.SetupAll(u, e.about.Medias)
	}
	if err == nil {
		_, err = e.Record()
	}
	if err != nil {
		return whyNot(err)
	}
	return nil
}

// whyNot returns an engine's refusal as one of the reasons that there are.
func whyNot(err error) error {
	var bad liberrors.ErrClientBadStatusCode
	switch {
	case !errors.As(err, &bad):
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	case bad.Code == base.StatusUnauthorized, bad.Code == base.StatusForbidden:
		return fmt.Errorf("%w: %w", ErrRefused, err)
	default:
		return fmt.Errorf("%w: %w", ErrNotTaken, err)
	}
}
