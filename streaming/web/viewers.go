package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/reach"
)

// Viewer is a client that watches the stream, over HTTP or as a [Guest].
type Viewer struct {
	// ID identifies the viewer in calls of LetGo and KeepOut. It is not reused while
	// the program runs.
	ID      uint64
	Address netip.Addr
	// Name is the host name of the viewer's machine on the network, empty while
	// unknown. It is not verified: it is for display only.
	Name string
	// Program is the viewer's program, made from its User-Agent: "Firefox on Android",
	// "VLC". It is not verified either.
	Program string
	Since   time.Time
	// Listens: the viewer has only the sound.
	Listens bool
	// FPS is the rate of pictures sent to the viewer, over the last four seconds.
	FPS float64
}

// viewer holds the state of a connected Viewer.
type viewer struct {
	id uint64
	client
	program string
	page    string // see away
	listens bool   // to the sound; see listen
	since   time.Time
	name    atomic.Pointer[string]
	naming  sync.WaitGroup

	ctx   context.Context // ends when the viewer leaves or is disconnected
	leave context.CancelFunc
	conn  *steadyConn // nil in tests without a network
	ahead bool        // is sent the next part's header early; see newPart
	language

	seen time.Time // when the last picture of the past was taken that it was sent; see had

	pictures, bytes atomic.Uint64 // sent: a picture counts with its last byte
	lately          sampled       // of pictures; guarded by viewers.mu
}

// had reports whether a live picture is one that the viewer, who has caught up with live, was
// sent as one of the past, or is older. A clock that was put back does not make live stop.
func (v *viewer) had(frame *streaming.Frame) bool {
	ago := v.seen.Sub(frame.Taken)
	return ago >= 0 && ago < time.Second
}

// part returns the form of the picture that the viewer needs; see newPart.
func (v *viewer) part(normal, ahead part) part {
	if v.ahead {
		return ahead
	}
	return normal
}

// writeAll writes a picture, or the rest of one, straight to the connection, releases
// its frame, and reports whether the viewer is still connected.
func (v *viewer) writeAll(rest remainder) bool {
	defer rest.frame.Release()
	n, err := v.conn.writePart(rest.part)
	v.bytes.Add(uint64(n))
	if err != nil {
		return false
	}
	v.pictures.Add(1)
	return true
}

// settle waits until the viewer's connection is free for a picture, and reports whether
// it had to wait. It disconnects a viewer that reads nothing; see steadyConn.settle.
func (v *viewer) settle(ctx context.Context) (waited bool) {
	if v.conn == nil {
		return false
	}
	waited = v.conn.settle(ctx)
	if v.conn.severed.Load() {
		v.leave()
	}
	return waited
}

func (v *viewer) letGo() {
	v.leave()
	if v.conn != nil {
		v.conn.sever() // it may be stuck in a write
	}
}

// sampleEvery is how often the viewers' counters are read for their rates.
const sampleEvery = time.Second

// sampled holds the last values of a counter, one per sampleEvery, newest first.
type sampled [5]uint64

func (s *sampled) add(value uint64) {
	copy(s[1:], s[:len(s)-1])
	s[0] = value
}

// perSecond returns the rate since the oldest sample, or since the viewer connected,
// which was here ago.
func (s *sampled) perSecond(here time.Duration) float64 {
	span := min(time.Duration(len(s)-1)*sampleEvery, here.Truncate(sampleEvery))
	if span <= 0 {
		return 0
	}
	return float64(s[0]-s[span/sampleEvery]) / span.Seconds()
}

// viewers is the set of connected viewers. Methods may be called from any goroutine.
type viewers struct {
	mu         sync.Mutex
	most       int // at a time
	perMachine int // of these from one machine
	proxies    proxies
	noNames    bool
	last       uint64
	here       map[uint64]*viewer
	keptOut    map[machine]netip.Addr // with the address that it had
	away       away
	left       struct{ pictures, bytes uint64 } // sent to viewers that have left
	sampling   *time.Timer                      // calls sample while there are viewers
}

func newViewers(most, perMachine int, proxies proxies) *viewers {
	l := &viewers{
		most: most, perMachine: perMachine, proxies: proxies,
		here: map[uint64]*viewer{}, keptOut: map[machine]netip.Addr{}, away: away{},
	}
	l.sampling = time.AfterFunc(sampleEvery, l.sample)
	return l
}

// enter adds the sender of a request, or returns a refusal if it was blocked meanwhile or
// there are too many viewers. The caller calls exit.
func (l *viewers) enter(r *http.Request) (*viewer, *refusal) {
	v := &viewer{client: clientOf(r), program: program(r.UserAgent()), page: pageOf(r), conn: connOf(r.Context())}
	return v, l.add(r.Context(), v)
}

// add is enter for a viewer without an ID. Its context ends with ctx.
func (l *viewers) add(ctx context.Context, v *viewer) *refusal {
	l.mu.Lock()
	defer l.mu.Unlock()
	if no := cmp.Or(l.blocked(v.client), l.away.refuse(v.page), l.full(v.client, v.listens)); no != nil {
		return no
	}
	l.last++
	v.id, v.since = l.last, time.Now()
	v.ctx, v.leave = context.WithCancel(ctx)
	l.here[v.id] = v
	if len(l.here) == 1 {
		l.sampling.Reset(sampleEvery)
	}
	if !l.noNames || v.address.IsLoopback() { // whose name needs no request
		v.naming.Go(func() {
			name := reach.MachineName(v.ctx, v.address)
			v.name.Store(&name)
		})
	}
	return nil
}

// blocked returns nil unless the owner has blocked a machine. It is called with mu held.
func (l *viewers) blocked(from client) *refusal {
	if _, out := l.keptOut[from.machine]; !out {
		return nil
	}
	return &refusal{http.StatusForbidden, "The owner has blocked your address. Ask the owner to unblock it.", 0}
}

// full refuses what is above the limits: viewers and listeners have each their own. It is
// called with mu held.
func (l *viewers) full(from client, listens bool) *refusal {
	all := 0
	for _, v := range l.here {
		if v.listens == listens {
			all++
		}
	}
	if all >= l.most {
		return &refusal{http.StatusServiceUnavailable, fmt.Sprintf(
			"The limit of %s is reached. Try again later, or ask the owner to raise it.", viewersInWords(l.most)), 10 * time.Second}
	}
	if l.proxies.speaksForMany(from.address) {
		return nil
	}
	same := 0
	for _, v := range l.here {
		if v.machine == from.machine && v.listens == listens {
			same++
		}
	}
	if same < l.perMachine {
		return nil
	}
	return &refusal{http.StatusTooManyRequests, fmt.Sprintf(
		"The limit of %s from one address is reached. Close one of yours first.", viewersInWords(same)), 10 * time.Second}
}

func viewersInWords(n int) string {
	if n == 1 {
		return "1 viewer"
	}
	return fmt.Sprintf("%d viewers", n)
}

func (l *viewers) exit(v *viewer) {
	v.leave()
	v.naming.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.here, v.id)
	l.left.pictures += v.pictures.Load()
	l.left.bytes += v.bytes.Load()
}

func (l *viewers) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, v := range l.here {
		if v.listed() {
			n++
		}
	}
	return n
}

// totals returns what has been sent to all viewers so far.
func (l *viewers) totals() (pictures, bytes uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	pictures, bytes = l.left.pictures, l.left.bytes
	for _, v := range l.here {
		pictures += v.pictures.Load()
		bytes += v.bytes.Load()
	}
	return pictures, bytes
}

// sample reads the counters for the rates. It runs every sampleEvery while there are
// viewers, so that an idle server has no timer running.
func (l *viewers) sample() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.here) > 0 {
		l.sampling.Reset(sampleEvery)
	}
	for _, v := range l.here {
		v.lately.add(v.pictures.Load())
	}
}

// letGo disconnects the viewers that match, and returns their number.
func (l *viewers) letGo(matches func(*viewer) bool) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, v := range l.here {
		if matches(v) {
			v.letGo()
			n++
		}
	}
	return n
}

func (l *viewers) admitAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.keptOut)
	clear(l.away)
}

// limits returns the gate's limits. They leave room for pages and snapshots beside the
// streams, and for the six connections that a browser opens to one host.
func (l *viewers) limits() (connections, perMachine int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return 2*l.most + 100, 32
}
