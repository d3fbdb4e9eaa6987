package web

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/reach"
	"fanlight/streaming/streamtest"
)

// counting is a camera of numbered pictures that waits for its regulars: on a busy machine
// it is slower, so that ages counted in its pictures do not depend on the machine.
type counting struct {
	bytes int // of a picture

	mu       sync.Mutex
	taken    []time.Time // by the picture's number
	regulars []*spectator
}

func (c *counting) source() streaming.Source {
	return streaming.Source{ID: "counting", Name: "Counting", Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
		return func(yield func(streaming.Picture, error) bool) {
			tick := time.NewTicker(time.Second / countingRate)
			defer tick.Stop()
			for yield(c.next(), nil) && c.wait(ctx, tick.C) {
				for c.isAhead() && c.wait(ctx, time.After(time.Millisecond)) {
				}
			}
		}
	}}
}

func (c *counting) wait(ctx context.Context, until <-chan time.Time) bool {
	select {
	case <-until:
		return true
	case <-ctx.Done():
		return false
	}
}

// isAhead reports whether a regular has not seen the last picture yet.
func (c *counting) isAhead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.regulars, func(s *spectator) bool { return s.last() < len(c.taken)-1 })
}

// have makes spectators the camera's regulars.
func (c *counting) have(regulars ...*spectator) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.regulars = regulars
}

// next is a tiny JPEG with two comments behind its start; the first begins with the number.
func (c *counting) next() streaming.Picture {
	c.mu.Lock()
	defer c.mu.Unlock()
	content := c.bytes / 2
	comments := make([]byte, 2*(4+content))
	for _, comment := range [][]byte{comments[:4+content], comments[4+content:]} {
		copy(comment, []byte{0xFF, 0xFE})
		binary.BigEndian.PutUint16(comment[2:], uint16(2+content))
	}
	binary.BigEndian.PutUint64(comments[4:], uint64(len(c.taken)))
	p := streaming.Picture{JPEG: slices.Concat(streamtest.Tiny[0][:2], comments, streamtest.Tiny[0][2:]), Taken: time.Now()}
	c.taken = append(c.taken, p.Taken)
	return p
}

// sight is a picture that a viewer got, and when its last byte arrived.
type sight struct {
	number    int
	behind    int // pictures that the camera has taken since
	taken, at time.Time
}

func (s sight) age() time.Duration { return s.at.Sub(s.taken) }

func (c *counting) sight(jpeg []byte) sight {
	number := int(binary.BigEndian.Uint64(jpeg[6:]))
	c.mu.Lock()
	defer c.mu.Unlock()
	return sight{number, len(c.taken) - 1 - number, c.taken[number], time.Now()}
}

// cinema serves a counting camera.
type cinema struct {
	camera      *counting
	certificate *reach.Certificate // nil for HTTP
	address     string
}

func openCinema(t *testing.T, listener net.Listener, pictureBytes int, certificate *reach.Certificate) *cinema {
	t.Helper()
	c := &cinema{camera: &counting{bytes: pictureBytes}, certificate: certificate, address: listener.Addr().String()}
	feed := streaming.NewFeed(c.camera.source(), 0, discarded)
	t.Cleanup(feed.Close)
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	server := NewServer(Options{Certificate: certificate})
	server.Add("/", feed, StreamOptions{})
	serving.Go(func() {
		if err := server.Serve(ctx, listener); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); serving.Wait() })
	return c
}

// spectator is a viewer that records its pictures, and when they arrived.
type spectator struct {
	camera  *counting
	conn    net.Conn
	leaving atomic.Bool
	done    chan struct{} // closed when nothing is read any more

	mu     sync.Mutex
	sights []sight
}

func (c *cinema) admit(t *testing.T, from *place) *spectator {
	t.Helper()
	s := &spectator{camera: c.camera, conn: from.dial(t, c.address), done: make(chan struct{})}
	if c.certificate != nil {
		leaf := c.certificate.Config().Certificates[0].Leaf
		known := x509.NewCertPool()
		known.AddCert(leaf)
		s.conn = tls.Client(s.conn, &tls.Config{RootCAs: known, ServerName: leaf.DNSNames[0]})
	}
	go func() {
		defer close(s.done)
		if err := s.watch(); !s.leaving.Load() {
			t.Errorf("a viewer's stream ended: %v", err)
		}
	}()
	t.Cleanup(s.leave)
	return s
}

func (s *spectator) leave() {
	s.leaving.Store(true)
	s.conn.Close()
	<-s.done
}

// watch reads pictures until an error, which is what leave ends it with.
func (s *spectator) watch() error {
	if _, err := io.WriteString(s.conn, askStream); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReaderSize(s.conn, 64<<10), nil)
	if err != nil {
		return err
	}
	in := textproto.NewReader(bufio.NewReader(answer.Body))
	for jpeg := []byte(nil); ; {
		for line := ""; line != "--"+boundary; {
			if line, err = in.ReadLine(); err != nil {
				return err
			}
		}
		header, err := in.ReadMIMEHeader()
		if err != nil {
			return err
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			return err
		}
		jpeg = slices.Grow(jpeg[:0], length)[:length]
		if _, err := io.ReadFull(in.R, jpeg); err != nil {
			return err
		}
		s.note(s.camera.sight(jpeg))
	}
}

func (s *spectator) note(seen sight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sights = append(s.sights, seen)
}

// last is the number of the last picture seen, -1 before the first.
func (s *spectator) last() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sights) == 0 {
		return -1
	}
	return s.sights[len(s.sights)-1].number
}

func (s *spectator) seen() []sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sights)
}

// see waits until so many more pictures have been seen, and returns these.
func (s *spectator) see(t *testing.T, pictures int) []sight {
	t.Helper()
	before := len(s.seen())
	eventually(t, fmt.Sprintf("%d pictures", pictures), func() bool { return len(s.seen()) >= before+pictures })
	return s.seen()[before:]
}
