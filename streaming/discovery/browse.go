package discovery

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"reflect"
	"sync"
	"time"

	"fanlight/streaming/discovery/avahi"
)

// Stream is a camera's stream that is announced on the network. Its texts are cleaned
// and of bounded length, and its addresses are of this network. Nothing in it is verified.
type Stream struct {
	// Name is the name that people see, in any script: at most 63 bytes.
	Name string
	// Host is the machine's name on the network: "lamp.local".
	Host string
	// Service is the type that it is announced as: "_mjpeg._tcp".
	Service string
	// Program is what serves it, if that is known: one of the constants below.
	Program Program
	// ID is that of the Fanlight that serves it, so that a program recognizes its own.
	ID string
	// Passcode tells that a Fanlight requires its passcode.
	Passcode bool
	// Fingerprint is the SHA-256 that a Fanlight with HTTPS announces of its
	// certificate, 64 hexadecimal digits in lower case; empty for none.
	Fingerprint string

	// Addresses are the host's, best first: those that answered, then IPv4, then IPv6.
	// There is at least one. Link-local ones have a zone.
	Addresses []netip.Addr
	Port      int // TCP
	// Near tells that the first address is in the network on which it was announced. One
	// elsewhere, as a reflector between networks passes it on, may be anybody's: it is
	// listed, and asked nothing before the user chooses it.
	Near bool
	// URL is the stream's at the first of the addresses, and what chooses it as a
	// camera: http://192.168.1.20:8080/stream.mjpg, or https:// with #sha256= and the
	// fingerprint behind it, or rtsp://.
	URL string
	// Page is for people with a browser, Snapshot answers with one picture, and
	// Status tells what a Fanlight's camera does; each is empty where there is none.
	// A snapshot may turn the camera on.
	Page, Snapshot, Status string
}

// Program is what serves a stream.
type Program string

// The programs that are told apart.
const (
	Fanlight  Program = "Fanlight"
	OctoPrint Program = "OctoPrint"
	Axis      Program = "Axis"
)

const (
	// together is how long after a packet the list is made: related packets follow.
	together = 50 * time.Millisecond
)

// ErrMore comes with a list that is not whole.
var ErrMore = errors.New("more streams are announced on the network than Fanlight lists")

// Browse yields the streams on the local network, sorted by name, each time that
// the list has changed, until ctx ends or the loop is left. It begins with the
// first stream found. A list that is not whole, since more is announced than there is room
// for, comes with ErrMore. A failure to listen is yielded once, last.
//
// Streams are found through avahi-daemon on the networks that it serves, and on others by
// asking and listening as RFC 6762, section 5.2, says. A stream leaves the list with its goodbye, when its records
// expire, or when its addresses no longer answer: each stream is checked now and then by
// a TCP connection, and left out after two failures, within a minute. No request is sent,
// so no camera is turned on.
func Browse(ctx context.Context) iter.Seq2[[]Stream, error] {
	return func(yield func([]Stream, error) bool) {
		b := &browser{cache: newCache(), checks: newChecks(usualWaits), sources: noSources(), daemons: avahi.Watch}
		b.run(ctx, yield)
	}
}

// browser is one run of Browse.
type browser struct {
	cache   *cache
	checks  *checks
	sources sources
	daemons func(context.Context) iter.Seq[*avahi.Daemon]
	shown   []Stream
	short   error // nil, or ErrMore with what is shown
}

func (b *browser) run(ctx context.Context, yield func([]Stream, error) bool) {
	var working sync.WaitGroup
	defer working.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	networks, daemons := make(chan Network), make(chan *avahi.Daemon)
	working.Go(func() {
		for n := range Networks(ctx) {
			send(ctx, networks, n)
		}
	})
	working.Go(func() {
		for d := range b.daemons(ctx) {
			send(ctx, daemons, d)
		}
	})
	defer b.sources.close()
	defer b.checks.wait()
	defer stop()
	b.list(ctx, networks, daemons, yield)
}

// list yields each new list of streams, after whatever may change it: the network, the daemon, a packet, the end
// of a check, or time.
func (b *browser) list(ctx context.Context, networks <-chan Network, daemons <-chan *avahi.Daemon, yield func([]Stream, error) bool) {
	alarm := alarm{Timer: time.NewTimer(time.Hour)}
	defer alarm.Stop()
	for {
		var err error
		select {
		case n := <-networks:
			err = b.sources.join(n, b.cache)
			b.checks.soon(time.Now())
			alarm.in(together)
		case d := <-daemons:
			err = b.sources.appoint(d, b.cache)
			alarm.in(together)
		case r := <-b.sources.own.replies():
			b.cache.hear(r, time.Now())
			alarm.in(together)
		case r := <-b.sources.avahi.replies():
			b.hear(r, time.Now())
			alarm.in(together)
		case r := <-b.checks.results:
			b.checks.take(r, time.Now())
			alarm.in(0)
		case <-alarm.C:
			now := time.Now()
			streams, next := b.look(ctx, now)
			alarm.due = time.Time{}
			if !next.IsZero() {
				alarm.in(max(next.Sub(now), together))
			}
			short := b.more()
			if reflect.DeepEqual(streams, b.shown) && short == b.short {
				continue
			}
			b.shown, b.short = streams, short
			if !yield(streams, short) {
				return
			}
		case <-ctx.Done():
			return
		}
		if err != nil {
			yield(nil, fmt.Errorf("cannot look for streams on the network; %w", err))
			return
		}
	}
}

// hear stores what the daemon tells. If the cache is full, what has expired goes first: the
// daemon tells of another instance right behind a goodbye.
func (b *browser) hear(r reply, now time.Time) {
	if len(b.cache.instances) >= mostInstances {
		b.cache.sweep(now)
	}
	b.cache.hear(r, now)
}

// look makes the list, sends due questions, begins due checks, and returns when to do so
// again if nothing is received.
func (b *browser) look(ctx context.Context, now time.Time) (streams []Stream, next time.Time) {
	next = b.cache.sweep(now)
	questions, ask := b.cache.questions(now)
	b.sources.own.ask(questions)
	found := b.cache.streams(now)
	check := b.checks.follow(ctx, found, now)
	for _, f := range found {
		if s, ok := b.checks.verdict(f); ok {
			streams = append(streams, s)
		}
	}
	return streams, soonest(next, soonest(ask, check))
}

// more returns ErrMore if there is more than there is room for.
func (b *browser) more() error {
	if b.cache.seats.short || b.sources.avahi.isShort() {
		return ErrMore
	}
	return nil
}

// alarm is a timer that keeps the earliest of the times it was set to.
type alarm struct {
	*time.Timer
	due time.Time
}

func (a *alarm) in(pause time.Duration) {
	at := time.Now().Add(pause)
	if a.due.IsZero() || at.Before(a.due) {
		a.due = at
		a.Reset(pause)
	}
}

// send sends unless ctx ends first.
func send[T any](ctx context.Context, to chan<- T, value T) {
	select {
	case to <- value:
	case <-ctx.Done():
	}
}
