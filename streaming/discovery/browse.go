package discovery

import (
	"context"
	"fmt"
	"iter"
	"net"
	"net/netip"
	"reflect"
	"sync"
	"time"
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
	// mostStreams is how many streams are listed, the first by name.
	mostStreams = 500
	// together is how long after a packet the list is made: related packets follow.
	together = 50 * time.Millisecond
)

// Browse yields the streams on the local network, sorted by name, each time that
// the list has changed, until ctx ends or the loop is left. It begins with the
// first stream found. A failure to listen is yielded once, last.
//
// Streams are found by asking with zeroconf's browser, and by listening on every network
// that the machine is on. A stream leaves the list with its goodbye, when its records
// expire, or when its addresses no longer answer: each stream is checked now and then by
// a TCP connection, and left out after two failures, within a minute. No request is sent,
// so no camera is turned on.
func Browse(ctx context.Context) iter.Seq2[[]Stream, error] {
	return func(yield func([]Stream, error) bool) {
		b := &browser{cache: newCache(), checks: newChecks(usualWaits)}
		b.run(ctx, yield)
	}
}

// browser is one run of Browse.
type browser struct {
	cache  *cache
	checks *checks
	shown  []Stream
}

func (b *browser) run(ctx context.Context, yield func([]Stream, error) bool) {
	var working sync.WaitGroup
	defer working.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w, err := openWire()
	if err != nil {
		yield(nil, fmt.Errorf("cannot look for streams on the network; %w", err))
		return
	}
	defer w.close()
	networks, interfaces := make(chan Network), make(chan []net.Interface)
	working.Go(func() {
		for n := range Networks(ctx) {
			send(ctx, networks, n)
		}
	})
	working.Go(func() { askInRounds(ctx, interfaces) })
	defer b.checks.wait()
	defer stop()
	b.list(ctx, w, networks, interfaces, yield)
}

// list yields each new list of streams, after whatever may change it: the network, a packet, the end of a check, or
// time.
func (b *browser) list(ctx context.Context, w *wire, networks <-chan Network, interfaces chan<- []net.Interface,
	yield func([]Stream, error) bool) {
	alarm := alarm{Timer: time.NewTimer(time.Hour)}
	defer alarm.Stop()
	for {
		select {
		case n := <-networks:
			links, all := linksOf(n)
			b.cache.follow(links)
			for _, i := range all {
				w.join(&i)
			}
			send(ctx, interfaces, all)
			b.checks.soon(time.Now())
			alarm.in(together)
		case p := <-w.heard():
			if records := records(p); len(records) > 0 {
				b.cache.hear(reply{p.index, p.from.Addr(), records}, time.Now())
				alarm.in(together)
			}
		case r := <-b.checks.results:
			b.checks.take(r, time.Now())
			alarm.in(0)
		case <-alarm.C:
			now := time.Now()
			streams, next := b.look(ctx, w, now)
			alarm.due = time.Time{}
			if !next.IsZero() {
				alarm.in(max(next.Sub(now), together))
			}
			if reflect.DeepEqual(streams, b.shown) {
				continue
			}
			b.shown = streams
			if !yield(streams, nil) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// look makes the list, sends due questions, begins due checks, and returns when to do so
// again if nothing is received.
func (b *browser) look(ctx context.Context, w *wire, now time.Time) (streams []Stream, next time.Time) {
	next = b.cache.sweep(now)
	questions, ask := b.cache.questions(now)
	for link, messages := range questions {
		for _, m := range messages {
			w.say(link, m)
		}
	}
	found := b.cache.streams(now)
	check := b.checks.follow(ctx, found, now)
	for _, f := range found {
		if s, ok := b.checks.verdict(f); ok && len(streams) < mostStreams {
			streams = append(streams, s)
		}
	}
	return streams, soonest(next, soonest(ask, check))
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

// askInRounds asks for all instances each time the interfaces change, and then in rounds
// with growing pauses.
func askInRounds(ctx context.Context, changed <-chan []net.Interface) {
	var interfaces []net.Interface
	pause := firstRound
	next := time.NewTimer(time.Hour)
	defer next.Stop()
	for {
		select {
		case interfaces = <-changed:
			pause = firstRound
		case <-next.C:
			pause = min(2*pause, longestRound)
		case <-ctx.Done():
			return
		}
		if len(interfaces) > 0 {
			browseOn(ctx, interfaces)
		}
		next.Reset(pause)
	}
}

// linksOf are the interfaces on which streams are looked for: the same on which ours is
// announced.
func linksOf(n Network) (links []link, interfaces []net.Interface) {
	for _, i := range n.reachable(netip.Addr{}) {
		links = append(links, link{i.Index, i.Name, i.Addresses})
		interfaces = append(interfaces, i.Interface)
	}
	return links, interfaces
}
