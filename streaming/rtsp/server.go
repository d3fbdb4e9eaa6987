package rtsp

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"fanlight/streaming"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
)

const (
	// queue is how many packets wait for a reader: 6 MB, for the largest picture. gortsplib
	// needs a power of two.
	queue = 4096
	// writePatience is how long a reader may take for a packet before it is disconnected,
	// idlePatience how long a connection may say nothing.
	writePatience = 10 * time.Second
	idlePatience  = 60 * time.Second
)

// Options configure a [Server].
type Options struct {
	Feed *streaming.Feed
	Door Door
	// Remake is for pictures that RTP does not carry as they are, tried in order.
	Remake []Remake
	Log    *slog.Logger
}

// Server serves a feed by RTSP, from [Serve] to Close. Methods may be called from any
// goroutine.
type Server struct {
	feed    *streaming.Feed
	door    Door
	log     *slog.Logger
	secret  []byte // makes nonces
	packets *packets
	serving *gortsplib.Server
	about   []byte // the description of the streams of all readers (SDP)

	ctx     context.Context // ends with Close
	quit    context.CancelFunc
	sending sync.WaitGroup

	mu      sync.Mutex
	readers map[*reader]struct{}
	stop    context.CancelFunc // of the loop over pictures; nil without readers
	stopped chan struct{}      // closed when that, or the one before, has ended
}

// Serve serves the feed on a TCP listener, which it closes. The camera is on only while
// somebody plays.
func Serve(on net.Listener, o Options) (*Server, error) {
	packets, err := newPackets(o.Remake, o.Log)
	if err != nil {
		on.Close()
		return nil, err
	}
	ended := make(chan struct{})
	close(ended)
	s := &Server{
		feed: o.Feed, door: o.Door, log: o.Log, secret: []byte(rand.Text()), packets: packets,
		readers: map[*reader]struct{}{}, stopped: ended,
	}
	s.ctx, s.quit = context.WithCancel(context.Background())
	s.serving = &gortsplib.Server{
		Handler:        handler{s},
		RTSPAddress:    on.Addr().String(),
		Listen:         func(string, string) (net.Listener, error) { return newListener(on), nil },
		WriteQueueSize: queue,
		WriteTimeout:   writePatience,
		IdleTimeout:    idlePatience,
	}
	if s.about, err = described().Marshal(); err == nil {
		err = s.serving.Start()
	}
	if err != nil {
		on.Close()
		return nil, fmt.Errorf("serving RTSP on %s: %w", on.Addr(), err)
	}
	return s, nil
}

// described is what readers are told of the stream.
func described() *description.Session {
	return &description.Session{
		Title:  "Fanlight",
		Medias: []*description.Media{{Type: description.MediaTypeVideo, Control: "trackID=0", Formats: []format.Format{&format.MJPEG{}}}},
	}
}

func (s *Server) newStream() (*gortsplib.ServerStream, error) {
	stream := &gortsplib.ServerStream{Server: s.serving, Desc: described()}
	if err := stream.Initialize(); err != nil {
		return nil, fmt.Errorf("preparing a stream by RTSP: %w", err)
	}
	return stream, nil
}

// Close disconnects the readers, closes the listener, and waits for both.
func (s *Server) Close() {
	s.quit()
	s.serving.Close()
	s.sending.Wait()
}

// Readers returns how many play.
func (s *Server) Readers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.readers)
}

// add begins to send pictures to a reader.
func (s *Server) add(r *reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readers[r] = struct{}{}
	if s.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(s.ctx)
	before, stopped := s.stopped, make(chan struct{})
	s.stop, s.stopped = stop, stopped
	s.sending.Go(func() {
		defer close(stopped)
		<-before
		for frame := range s.feed.Frames(ctx) {
			s.send(frame)
		}
	})
}

// remove ends that. The camera may go off if it was the last one.
func (s *Server) remove(r *reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.readers, r)
	if len(s.readers) == 0 && s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// send passes a picture to all readers that are ready for one.
func (s *Server) send(frame *streaming.Frame) {
	var ready []*reader
	s.mu.Lock()
	for r := range s.readers {
		if r.isReady() {
			ready = append(ready, r)
		}
	}
	s.mu.Unlock()
	if len(ready) == 0 {
		return
	}
	packed := s.packets.of(frame)
	if packed == nil {
		return
	}
	for _, r := range ready {
		if err := r.send(packed, frame); err != nil && !errors.Is(s.ctx.Err(), context.Canceled) {
			s.log.Debug("picture not sent by RTSP", "address", r.from, "err", err)
		}
	}
}
