package web

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fanlight/drivers/caught"
	"fanlight/drivers/jpegs"
	"fanlight/streaming"
)

// Shrink returns a smaller copy of a JPEG picture: of the width in pixels, unless that
// is zero or not below the picture's own, and of the quality on libjpeg's scale
// from 1 to 100, where zero leaves the choice to Shrink. It only reads the picture and
// does not keep it; the result is the caller's. It may be called from several goroutines.
type Shrink func(jpeg []byte, width, quality int) ([]byte, error)

const (
	// mostVariants is how many kinds of smaller pictures are made at a time. Each
	// costs decoding and encoding every picture while it has viewers.
	mostVariants = 4

	// Requested values are rounded up to multiples of these, so that viewers share.
	widthStep   = 160
	qualityStep = 10

	widestVariant = 65500 // libjpeg's limit
)

// variant is a kind of smaller picture; zero values mean the camera's width and
// quality. The zero variant is the camera's own picture.
type variant struct{ width, quality int }

// String returns the query that requests the variant.
func (v variant) String() string {
	var parts []string
	if v.width > 0 {
		parts = append(parts, "width="+strconv.Itoa(v.width))
	}
	if v.quality > 0 {
		parts = append(parts, "quality="+strconv.Itoa(v.quality))
	}
	return "?" + strings.Join(parts, "&")
}

// variantAsked parses ?width=N, in pixels, and ?quality=N, on libjpeg's scale, and
// rounds them up to the next step.
func variantAsked(query url.Values) (variant, error) {
	width, ok := number(query, "width", widestVariant)
	if !ok {
		return variant{}, fmt.Errorf("width is a whole number of pixels between 1 and %d: /stream.mjpg?width=640", widestVariant)
	}
	quality, ok := number(query, "quality", 100)
	if !ok {
		return variant{}, fmt.Errorf("quality is a whole number between 1 and 100: /stream.mjpg?quality=50")
	}
	return variant{roundUp(width, widthStep), roundUp(quality, qualityStep)}, nil
}

// number parses a number from 1 to most. It returns zero if the query has none.
func number(query url.Values, name string, most int) (n int, ok bool) {
	if !query.Has(name) {
		return 0, true
	}
	n, err := strconv.Atoi(query.Get(name))
	return n, err == nil && n >= 1 && n <= most
}

func roundUp(n, step int) int { return (n + step - 1) / step * step }

// variants makes the smaller pictures that viewers request: each kind once for all
// its viewers, and only while it has any. Methods may be called from any goroutine.
type variants struct {
	feed    *streaming.Feed
	shrink  Shrink // nil: requests are refused
	encoded func(took time.Duration)
	log     *slog.Logger

	mu     sync.Mutex
	making map[variant]*making
	past   int // viewers of the past, for each of whom pictures are made apart

	single chan struct{} // of capacity 1: held while once makes a picture
}

// making is a kind of smaller picture that has viewers. If encoding is slower than the
// camera, pictures are skipped, as for any slow consumer of a feed.
type making struct {
	feed    *streaming.Feed
	hub     *streaming.Hub
	batches batches
	run     atomic.Uint64 // of the feed's frame that the newest picture was made from
	holders int           // viewers; guarded by variants.mu
	stop    context.CancelFunc
	done    chan struct{} // closed when the goroutine that makes them has ended
}

// frames is like [streaming.Feed.FramesWhen], and leaves out stale pictures as Newest
// does.
func (m *making) frames(ctx context.Context, ready func(context.Context) (waited bool)) iter.Seq[*streaming.Frame] {
	return func(yield func(*streaming.Frame) bool) {
		for frame := range m.hub.FramesWhen(ctx, ready) {
			if !m.stale() && !yield(frame) {
				return
			}
		}
	}
}

// Attend implements [source].
func (m *making) Attend(take func(*streaming.Frame)) (stop func()) { return m.hub.Attend(take) }

// stale reports whether the last picture is of a camera that is off, lost or changed.
func (m *making) stale() bool { return m.feed.Empty() || m.feed.Run() != m.run.Load() }

// Newest implements [source]. It returns nil while the last picture is stale.
func (m *making) Newest() *streaming.Frame {
	if m.stale() {
		return nil
	}
	return m.hub.Newest()
}

func newVariants(feed *streaming.Feed, shrink Shrink, encoded func(time.Duration), log *slog.Logger) *variants {
	return &variants{feed: feed, shrink: shrink, encoded: encoded, log: log, making: map[variant]*making{}, single: make(chan struct{}, 1)}
}

// join returns the making of a kind, which it begins if need be, or a refusal. The
// caller calls leave.
func (vs *variants) join(v variant) (*making, *refusal) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if _, known := vs.making[v]; !known {
		if no := vs.full(); no != nil {
			return nil, no
		}
	}
	return vs.enter(v), nil
}

// enter adds a viewer to the making of a kind. It is called with mu held.
func (vs *variants) enter(v variant) *making {
	m, known := vs.making[v]
	if !known {
		m = vs.begin(v)
		vs.making[v] = m
	}
	m.holders++
	return m
}

var noShrink = &refusal{http.StatusNotImplemented, "This server makes no smaller pictures. Leave out width and quality.", 0}

// full returns nil if another kind can be made. It is called with mu held.
func (vs *variants) full() *refusal {
	if vs.shrink == nil {
		return noShrink
	}
	if len(vs.making)+vs.past < mostVariants {
		return nil
	}
	var others []string
	for v := range vs.making {
		others = append(others, v.String())
	}
	slices.Sort(others)
	instead := "the full picture"
	if len(others) > 0 {
		instead = "one of these (" + strings.Join(others, ", ") + "), or " + instead
	}
	return &refusal{http.StatusServiceUnavailable, fmt.Sprintf(
		"The limit of %d sizes at a time is reached. Request %s.", mostVariants, instead), 10 * time.Second}
}

// pictures returns the pictures of a making that the caller has joined.
func (vs *variants) pictures(ctx context.Context, v variant, m *making, ready func(context.Context) (waited bool)) pictures {
	return pictures{m.frames(ctx, ready), &m.batches, func() { vs.leave(v, m) }}
}

// leave ends a making without viewers, and waits for its goroutine.
func (vs *variants) leave(v variant, m *making) {
	vs.mu.Lock()
	m.holders--
	last := m.holders == 0
	if last {
		delete(vs.making, v)
	}
	vs.mu.Unlock()
	if last {
		m.stop()
		<-m.done
	}
}

func (vs *variants) begin(v variant) *making {
	ctx, stop := context.WithCancel(context.Background())
	m := &making{feed: vs.feed, hub: streaming.NewHub(), stop: stop, done: make(chan struct{})}
	m.batches = batches{source: m, most: batchSize}
	go func() {
		defer close(m.done)
		vs.run(ctx, v, m)
	}()
	return m
}

func (vs *variants) run(ctx context.Context, v variant, m *making) {
	shrinking := vs.shrinking(v)
	for frame := range vs.feed.Frames(ctx) {
		jpeg, card, width, height := shrinking(frame)
		if frame.Run != vs.feed.Run() {
			continue // the camera was changed meanwhile
		}
		if frame.Run != m.run.Load() {
			m.hub.Clear() // before the old picture counts as new
			m.run.Store(frame.Run)
		}
		m.hub.Publish(streaming.Picture{JPEG: jpeg, Taken: frame.Taken, Through: frame.Through}, width, height, card)
	}
}

// shrinking returns a function that makes a picture smaller, and the card that it is, and
// returns its size in pixels. The first failure is logged.
func (vs *variants) shrinking(v variant) func(*streaming.Frame) (jpeg []byte, card *streaming.Card, width, height int) {
	said := false
	return func(frame *streaming.Frame) (jpeg []byte, card *streaming.Card, width, height int) {
		smaller := func(picture []byte) []byte {
			jpeg, err := vs.make(picture, frame.Width, v)
			if err != nil && !said {
				said = true
				vs.log.Warn("picture not made smaller but sent as it is; further failures are not logged", "size", v.String(), "err", err)
			}
			return jpeg
		}
		if jpeg, card = smaller(frame.JPEG), frame.Card; card != nil {
			card = card.Made(smaller)
		}
		if _, info, err := jpegs.Mend(jpeg); err == nil {
			return jpeg, card, info.Width, info.Height
		}
		return jpeg, card, frame.Width, frame.Height
	}
}

// make returns a picture of a width as the variant, or as it is if that is not larger, or
// if it cannot be made smaller, which is an error.
func (vs *variants) make(picture []byte, width int, v variant) ([]byte, error) {
	if v.quality == 0 && v.width >= width {
		return picture, nil
	}
	began := time.Now()
	var jpeg []byte
	err := caught.Do(func() (err error) {
		jpeg, err = vs.shrink(picture, v.width, v.quality)
		return err
	})
	if err != nil {
		return picture, err
	}
	vs.encoded(time.Since(began))
	if len(jpeg) >= len(picture) {
		return picture, nil
	}
	return jpeg, nil
}
