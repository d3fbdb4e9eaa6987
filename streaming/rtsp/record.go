package rtsp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/liberrors"
)

// answerPatience is how long an engine may take for an answer.
const answerPatience = 10 * time.Second

// engine is a connection to an engine that records.
type engine struct {
	gortsplib.Client
	conn   *conn // set by dialing
	queued uint64
}

// record sends pictures as they are, by RECORD over TCP.
func (s *Sender) record(ctx context.Context, sent func()) error {
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
	media, err := e.announce(s.To)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	s.working.Go(func() {
		ended <- e.Wait()
		stop()
	})
	for frame := range s.Feed.Frames(ctx) {
		if e.queued > e.conn.written.Load()+behind { // it is slow, and skips pictures
			continue
		}
		packed := packets.of(frame)
		for _, packet := range packed {
			if err := e.WritePacketRTPWithNTP(media, packet, frame.Taken); err != nil {
				return fmt.Errorf("%w: %w", ErrEnded, err)
			}
			e.queued++
		}
		if packed != nil {
			sent()
		}
	}
	return fmt.Errorf("%w: %w", ErrEnded, <-ended)
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
			e.conn = &conn{Conn: dialed}
			return e.conn, nil
		},
		OnDecodeError: func(err error) { s.Log.Debug("not understood by RTSP", "err", err) },
	}
	return e
}

// announce has the engine take the stream, and returns what to send on.
func (e *engine) announce(to Target) (*description.Media, error) {
	u, err := base.ParseURL(to.Text())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotTaken, err)
	}
	about := described()
	if _, err = e.Announce(u, about); err == nil {
		err = e.SetupAll(u, about.Medias)
	}
	if err == nil {
		_, err = e.Record()
	}
	if err != nil {
		return nil, whyNot(err)
	}
	return about.Medias[0], nil
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
