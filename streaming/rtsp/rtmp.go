package rtsp

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bluenviron/gortmplib"
	"github.com/bluenviron/gortmplib/pkg/codecs"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
)

// rtmp is a connection to an engine by RTMP.
type rtmp struct {
	// turn is held while gortmplib works: it answers what it reads, and is not made for two
	// goroutines.
	turn     sync.Mutex
	client   gortmplib.Client
	writer   gortmplib.Writer
	pictures *gortmplib.Track
	heard    *gortmplib.Track // nil for no sound
}

// dialRTMP connects and announces the stream's key.
func dialRTMP(ctx context.Context, to Target) (*rtmp, error) {
	answered := false
	r := &rtmp{}
	r.turn.Lock()
	defer r.turn.Unlock()
	r.client = gortmplib.Client{URL: to.published(), Publish: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialed, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			answered = true
			limitBuffer(dialed)
			return turnConn{dialed, &r.turn}, nil
		}}
	within, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	switch err := r.client.Initialize(within); {
	case err == nil:
		return r, nil
	case !answered:
		return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	default:
		return nil, fmt.Errorf("%w: %w", ErrNotTaken, err)
	}
}

// published is the address as gortmplib takes it: the stream's key is the fragment. As in
// ffmpeg, the key is what is behind the first two parts of the path, or behind one if there
// are only two, with the query.
func (t Target) published() *url.URL {
	u := *t.address
	parts := strings.SplitN(strings.TrimPrefix(u.Path, "/"), "/", 3)
	last := len(parts) - 1
	if last > 0 {
		u.Path, u.Fragment = "/"+strings.Join(parts[:last], "/"), parts[last]
		u.RawPath = ""
		if u.RawQuery != "" {
			u.Fragment += "?" + u.RawQuery
			u.RawQuery = ""
		}
	}
	return &u
}

func (r *rtmp) begin(sps, pps []byte, aac *mpeg4audio.AudioSpecificConfig) error {
	r.pictures = &gortmplib.Track{Codec: &codecs.H264{SPS: sps, PPS: pps}}
	r.writer = gortmplib.Writer{Conn: &r.client, Tracks: []*gortmplib.Track{r.pictures}}
	if aac != nil {
		r.heard = &gortmplib.Track{Codec: &codecs.MPEG4Audio{Config: aac}}
		r.writer.Tracks = append(r.writer.Tracks, r.heard)
	}
	return r.write(r.writer.Initialize)
}

func (r *rtmp) picture(au [][]byte, after time.Duration, _ time.Time) error {
	return r.write(func() error { return r.writer.WriteH264(r.pictures, after, after, au) })
}

func (r *rtmp) sound(aac []byte, after time.Duration) error {
	return r.write(func() error { return r.writer.WriteMPEG4Audio(r.heard, after, aac) })
}

// write has the engine take something in time.
func (r *rtmp) write(something func() error) error {
	r.turn.Lock()
	defer r.turn.Unlock()
	err := r.client.NetConn().SetWriteDeadline(time.Now().Add(writePatience))
	if err == nil {
		err = something()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrEnded, err)
	}
	return nil
}

// wait reads what the engine says, of which nothing matters, until it ends the connection.
func (r *rtmp) wait() error {
	r.turn.Lock()
	defer r.turn.Unlock()
	for {
		if _, err := r.client.Read(); err != nil {
			return fmt.Errorf("%w: %w", ErrEnded, err)
		}
	}
}

func (r *rtmp) close() { r.client.Close() }

// turnConn lets others have their turn while it waits for something to read.
type turnConn struct {
	net.Conn
	turn *sync.Mutex // held by the caller of Read
}

func (c turnConn) Read(b []byte) (int, error) {
	c.turn.Unlock()
	defer c.turn.Lock()
	return c.Conn.Read(b)
}
