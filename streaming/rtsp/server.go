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
	// Sound is sent, too, while a microphone is chosen; it may be nil. Readers that came
	// before one was are disconnected then: they hear it when they come again.
	Sound Sound
	Door  Door
	// Remake is for pictures that RTP does not carry as they are, tried in order.
	Remake []Remake
	Log    *slog.Logger
}

// Server serves a feed by RTSP, from [Serve] to Close. Methods may be called from any
// goroutine.
type Server struct {
	feed    *streaming.Feed
	sound   Sound
	door    Door
	log     *slog.Logger
	secret  []byte // makes nonces
	packets *packets
	spoken  *soundPackets
	serving *gortsplib.Server
	about   map[bool][]byte // the descriptions of the streams, without sound and with (SDP)

	ctx     context.Context // ends with Close
	quit    context.CancelFunc
	sending sync.WaitGroup

	mu       sync.Mutex
	readers  map[*reader]struct{}
	showing  loop // over pictures
	speaking loop // over sound
}

// Serve serves the feed on a TCP listener, which it closes. The camera is on only while
// somebody plays.
func Serve(on net.Listener, o Options) (*Server, error) {
	packets, err := newPackets(o.Remake, o.Log)
	if err != nil {
		on.Close()
		return nil, err
	}
	s := &Server{
		feed: o.Feed, sound: o.Sound, door: o.Door, log: o.Log, secret: []byte(rand.Text()), packets: packets,
		spoken: newSoundPackets(), about: map[bool][]byte{}, readers: map[*reader]struct{}{},
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
	for _, withSound := range []bool{false, true} {
		if err == nil {
			s.about[withSound], err = described(&format.MJPEG{}, withSound).Marshal()
		}
	}
	if err == nil {
		err = s.serving.Start()
	}
	if err != nil {
		on.Close()
		return nil, fmt.Errorf("serving RTSP on %s: %w", on.Addr(), err)
	}
	return s, nil
}

// newStream makes the stream of a reader, who may take its sound or not.
func (s *Server) newStream() (*gortsplib.ServerStream, error) {
	stream := &gortsplib.ServerStream{Server: s.serving, Desc: described(&format.MJPEG{}, true)}
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

// add begins to send pictures to a reader, unless it has left.
func (s *Server) add(r *reader) (added bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !r.watches() {
		return false
	}
	s.readers[r] = struct{}{}
	s.showing.begin(s, s.show)
	if r.hears && s.sound != nil {
		s.speaking.begin(s, s.speak)
	}
	return true
}

// remove ends that. The camera may go off if it was the last one, and the microphone if it
// was the last one that hears.
func (s *Server) remove(r *reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.readers, r)
	if len(s.readers) == 0 {
		s.showing.end()
	}
	for other := range s.readers {
		if other.hears {
			return
		}
	}
	s.speaking.end()
}

// show passes pictures on until ctx ends.
func (s *Server) show(ctx context.Context) {
	for frame := range s.feed.Frames(ctx) {
		if isChosen(s.sound) {
			s.endDeaf()
		}
		s.send(frame)
	}
}

// endDeaf ends the sessions of readers that came when there was no sound: RTSP has no way to
// add some that players follow.
func (s *Server) endDeaf() {
	for _, r := range s.readersThat(func(r *reader) bool { return !r.toldOfSound }) {
		if r.leave() {
			s.remove(r)
			s.log.Info("reader disconnected by RTSP: there is sound now, which it hears when it connects again", "address", r.from)
		}
		r.session.Close()
	}
}

// speak passes sound on until ctx ends.
func (s *Server) speak(ctx context.Context) {
	for p := range filled(ctx, s.sound) {
		packet := s.spoken.of(p)
		for _, r := range s.readersThat((*reader).isReadyToHear) {
			r.say(packet, p.Taken)
		}
	}
}

// readersThat returns the readers that are something, such as ready.
func (s *Server) readersThat(are func(*reader) bool) (found []*reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for r := range s.readers {
		if are(r) {
			found = append(found, r)
		}
	}
	return found
}

// send passes a picture to all readers that are ready for one.
func (s *Server) send(frame *streaming.Frame) {
	ready := s.readersThat((*reader).isReady)
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
