package web

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/recording"

	"github.com/prometheus/client_golang/prometheus"
)

// DefaultMaxViewers is the default limit of viewers, DefaultMaxPerMachine that of
// viewers from one machine.
const (
	DefaultMaxViewers    = 100
	DefaultMaxPerMachine = 20
)

// StreamOptions configure a Stream. The zero StreamOptions are valid.
type StreamOptions struct {
	// Name is the stream's name on the page and in /api/status.
	Name string
	// MaxViewers is the limit of viewers, MaxPerMachine that of viewers from one machine:
	// an IPv4 address or an IPv6 network of 64 bits. Loopback addresses and trusted
	// proxies are exempt from the latter, because a proxy connects for many. Zero means
	// the defaults.
	MaxViewers, MaxPerMachine int
	// Shrink makes the smaller pictures that viewers may request with ?width=N and
	// ?quality=N; nil means that such requests are refused.
	Shrink Shrink
}

// Stream serves the pictures of one feed under a path of a [Server], and keeps its
// viewers. Methods may be called from any goroutine.
type Stream struct {
	server   *Server
	feed     *streaming.Feed
	started  time.Time
	viewers  *viewers
	encoding prometheus.Histogram
	variants *variants
	batches  batches
	recorder *recording.Recorder // nil unless RecordWith was called

	mu   sync.Mutex
	name string
}

func newStream(server *Server, feed *streaming.Feed, o StreamOptions) *Stream {
	s := &Stream{
		server:   server,
		feed:     feed,
		name:     o.Name,
		started:  time.Now(),
		viewers:  newViewers(cmp.Or(max(o.MaxViewers, 0), DefaultMaxViewers), cmp.Or(max(o.MaxPerMachine, 0), DefaultMaxPerMachine), server.proxies),
		encoding: newEncoding(),
		batches:  batches{source: feed, most: batchSize},
	}
	s.viewers.noNames = server.noNames
	s.variants = newVariants(feed, o.Shrink, s.Encoded, server.log)
	return s
}

// Rename sets the stream's name on the page and in /api/status.
func (s *Stream) Rename(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name = name
}

// Name returns the stream's name.
func (s *Stream) Name() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

// stream answers with each picture once; a slow viewer skips pictures.
func (s *Stream) stream(w http.ResponseWriter, r *http.Request) {
	fps, err := fpsLimit(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	smaller, err := variantAsked(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if r.Method == http.MethodHead {
		streamHeader(w.Header(), r)
		return
	}
	v, no := s.viewers.enter(r)
	if no != nil {
		no.answer(w)
		return
	}
	defer s.viewers.exit(v)
	no = s.server.access.revoked(r)
	if no == nil {
		no = s.show(w, r, v, smaller, streaming.NewPace(fps))
	}
	if no != nil {
		no.answer(w)
	}
}

// show sends pictures to a viewer until it disconnects. It returns a refusal, before
// anything is written, if the smaller pictures cannot be made.
func (s *Stream) show(w http.ResponseWriter, r *http.Request, v *viewer, smaller variant, pace streaming.Pace) *refusal {
	frames, batches, leave, no := s.pictures(v.ctx, smaller, v.settle)
	if no != nil {
		return no
	}
	defer leave()
	log := s.server.log
	log.Info("viewer connected", "address", v.address, "viewers", s.Viewers())
	defer log.Info("viewer disconnected", "address", v.address)
	v.ahead = wantsAhead(r)
	defer s.speak(v, r)()
	if v.conn != nil {
		v.conn.beginStream()
	}
	streamHeader(w.Header(), r)
	if begin(w, v) != nil {
		return nil
	}
	whole := false
	if s.server.certificate == nil && v.conn.known() {
		whole = batches.carry(v, pace)
	} else {
		whole = send(w, v, frames, pace)
	}
	if whole {
		s.sayEnded(w, v, batches.source)
	}
	return nil
}

// pictures returns the source of the pictures for a viewer in two forms: a loop, and
// batches that write without one. The caller uses one of them, and calls leave.
func (s *Stream) pictures(ctx context.Context, smaller variant, ready func(context.Context) (waited bool)) (frames iter.Seq[*streaming.Frame], b *batches, leave func(), no *refusal) {
	if smaller == (variant{}) {
		return s.feed.FramesWhen(ctx, ready), &s.batches, func() {}, nil
	}
	making, no := s.variants.join(smaller)
	if no != nil {
		return nil, nil, nil, no
	}
	return making.frames(ctx, ready), &making.batches, func() { s.variants.leave(smaller, making) }, nil
}

func streamHeader(header http.Header, r *http.Request) {
	header.Set("Content-Type", streamContentType)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would keep pictures for a slow viewer until they are old
	if r.ProtoMajor == 1 {
		// No chunks, which simple clients do not understand.
		header.Set("Transfer-Encoding", "identity")
		header.Set("Connection", "close")
	}
}

// begin sends the response header and the bytes before the first picture.
func begin(w http.ResponseWriter, v *viewer) error {
	first := firstDelimiter
	if v.ahead {
		first += aheadHeader
	}
	if _, err := w.Write([]byte(first)); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// send writes pictures through net/http, for viewers that batches cannot write to:
// those over TLS, and all of them on systems other than Linux. It reports whether the last
// picture was sent whole.
func send(w http.ResponseWriter, v *viewer, frames iter.Seq[*streaming.Frame], pace streaming.Pace) (whole bool) {
	control := http.NewResponseController(w)
	var buffer []byte // a picture goes out in one write
	for frame := range frames {
		if !pace.Takes(frame.Taken) {
			continue
		}
		buffer = v.partOf(frame).appendTo(buffer[:0])
		n, err := w.Write(buffer)
		v.bytes.Add(uint64(n))
		if err != nil || control.Flush() != nil {
			return false
		}
		v.pictures.Add(1)
	}
	return true
}

// fpsLimit parses ?fps=N; zero means no limit.
func fpsLimit(query url.Values) (float64, error) {
	if !query.Has("fps") {
		return 0, nil
	}
	fps, err := strconv.ParseFloat(query.Get("fps"), 64)
	if err != nil || math.IsNaN(fps) || fps < 0.001 || fps > 1000 {
		return 0, fmt.Errorf("fps is a number between 0.001 and 1000: /stream.mjpg?fps=5")
	}
	return fps, nil
}
