package web

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"sync"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/recording"
	"fanlight/streaming/sound"

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

	rewinding *rewinding
	films     films

	sound      *sound.Sound // nil unless HearWith was called
	newDecoder func() (Decoder, error)

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

		rewinding: newRewinding(),
		films:     newFilms(),
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
	a, err := streamAsked(r.URL.Query(), time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	right, no := context.Background(), (*refusal)(nil)
	if a.moment != nil {
		right, no = s.right(r)
	}
	if no != nil {
		no.answer(w)
		return
	}
	s.admit(w, r, func(v *viewer) *refusal {
		if a.moment != nil {
			return s.showPast(right, w, r, v, a)
		}
		return s.showLive(w, r, v, a)
	})
}

// admit has a request be a viewer while show runs, and answers what show, or the door, refuses.
// A HEAD request gets the header alone.
func (s *Stream) admit(w http.ResponseWriter, r *http.Request, show func(*viewer) *refusal) {
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
	if no = s.server.access.revoked(r); no == nil {
		no = show(v)
	}
	if no != nil {
		no.answer(w)
	}
}

// showLive sends pictures to a viewer until it disconnects. It returns a refusal, before
// anything is written, if the smaller pictures cannot be made.
func (s *Stream) showLive(w http.ResponseWriter, r *http.Request, v *viewer, a streamQuery) *refusal {
	live, no := s.pictures(v.ctx, a.smaller, v.settle)
	if no != nil {
		return no
	}
	defer live.leave()
	defer s.connected(v)()
	defer s.speak(v, r)()
	if begin(w, r, v) == nil {
		s.send(w, v, live, a.pace())
	}
	return nil
}

// connected logs that a viewer has connected, and by the call of its result that it has
// disconnected.
func (s *Stream) connected(v *viewer) (disconnected func()) {
	log := s.server.log
	log.Info("viewer connected", "address", v.address, "viewers", s.Viewers())
	return func() { log.Info("viewer disconnected", "address", v.address) }
}

// pictures are what a viewer is sent, in two forms: a loop, and batches that write without
// one. The viewer uses one of them, and calls leave.
type pictures struct {
	frames iter.Seq[*streaming.Frame]
	*batches
	leave func()
}

// pictures returns the source of the pictures for a viewer.
func (s *Stream) pictures(ctx context.Context, smaller variant, ready func(context.Context) (waited bool)) (pictures, *refusal) {
	if smaller == (variant{}) {
		return s.ownPictures(ctx, ready), nil
	}
	making, no := s.variants.join(smaller)
	if no != nil {
		return pictures{}, no
	}
	return s.variants.pictures(ctx, smaller, making, ready), nil
}

// ownPictures returns those of the camera as they are.
func (s *Stream) ownPictures(ctx context.Context, ready func(context.Context) (waited bool)) pictures {
	return pictures{s.feed.FramesWhen(ctx, ready), &s.batches, func() {}}
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
func begin(w http.ResponseWriter, r *http.Request, v *viewer) error {
	v.ahead = wantsAhead(r)
	if v.conn != nil {
		v.conn.beginStream()
	}
	streamHeader(w.Header(), r)
	first := firstDelimiter
	if v.ahead {
		first += aheadHeader
	}
	if _, err := w.Write([]byte(first)); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// send writes pictures to a viewer until it disconnects, and the last card if sharing ends.
func (s *Stream) send(w http.ResponseWriter, v *viewer, live pictures, pace streaming.Pace) {
	whole := false
	if s.writesStraight(v) {
		whole = live.carry(v, pace)
	} else {
		whole = sendEach(w, v, live.frames, pace)
	}
	if whole {
		s.sayEnded(w, v, live.source)
	}
}

// writesStraight reports whether pictures are written to a viewer's connection past
// net/http: not over TLS, and not on systems other than Linux.
func (s *Stream) writesStraight(v *viewer) bool { return s.server.certificate == nil && v.conn.known() }

// sendEach writes pictures through net/http, for viewers that batches cannot write to. It
// reports whether the last picture was sent whole.
func sendEach(w http.ResponseWriter, v *viewer, frames iter.Seq[*streaming.Frame], pace streaming.Pace) (whole bool) {
	write := through(w, v)
	for frame := range frames {
		if !v.had(frame) && pace.Takes(frame.Taken) && !write(frame) {
			return false
		}
	}
	return true
}

// through returns a function that writes a picture through net/http, and reports whether the
// viewer is still connected. A picture goes out in one write.
func through(w http.ResponseWriter, v *viewer) (write func(*streaming.Frame) bool) {
	control := http.NewResponseController(w)
	var buffer []byte
	return func(frame *streaming.Frame) bool {
		buffer = v.partOf(frame).appendTo(buffer[:0])
		n, err := w.Write(buffer)
		v.bytes.Add(uint64(n))
		if err != nil || control.Flush() != nil {
			return false
		}
		v.pictures.Add(1)
		return true
	}
}
