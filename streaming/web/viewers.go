package web

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fanlight/streaming/reach"
)

// Viewer is one who watches the stream over HTTP.
type Viewer struct {
	// ID is for LetGo and KeepOut. It is not used again while the program runs.
	ID      uint64
	Address netip.Addr
	// Name is what the viewer's machine calls itself on the network, empty while
	// unknown. Anybody can call their machine anything: it is for show.
	Name string
	// Program is what watches, in plain words: "Firefox on Android", "VLC". For show too.
	Program string
	Since   time.Time
	// FPS is how many pictures a second the viewer has taken lately.
	FPS float64
}

// viewer is a Viewer and what it takes to serve it.
type viewer struct {
	id      uint64
	address netip.Addr
	program string
	page    string // see away
	since   time.Time
	name    atomic.Pointer[string]
	naming  sync.WaitGroup

	ctx   context.Context // ends when the viewer leaves or is let go
	leave context.CancelFunc
	conn  *steadyConn // nil in tests without a network
	ahead bool        // wants the parts' headers ahead; see newPart

	pictures, bytes atomic.Uint64 // sent: a picture counts with its last byte
	lately          sampled       // of pictures; guarded by viewers.mu
}

// part picks the picture as the viewer wants it; see newPart.
func (v *viewer) part(normal, ahead part) part {
	if v.ahead {
		return ahead
	}
	return normal
}

// writeAll sends a picture, or the rest of one, past net/http, lets go of its frame,
// and reports whether the viewer is still there.
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

// settle waits until the viewer's link is free for a picture, and tells whether it
// had to wait. A stuck viewer leaves then, whether there is a picture to write or not.
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

// sampled are the last values of a counter, one a sampleEvery, the newest first.
type sampled [5]uint64

func (s *sampled) add(value uint64) {
	copy(s[1:], s[:len(s)-1])
	s[0] = value
}

// perSecond is over the time since the oldest sample, or since the viewer came.
func (s *sampled) perSecond(here time.Duration) float64 {
	span := min(time.Duration(len(s)-1)*sampleEvery, here.Truncate(sampleEvery))
	if span <= 0 {
		return 0
	}
	return float64(s[0]-s[span/sampleEvery]) / span.Seconds()
}

// viewers are all who watch. Methods may be called from any goroutine.
type viewers struct {
	mu         sync.Mutex
	most       int // at a time
	perAddress int // of these from one address, this machine's own aside
	noNames    bool
	last       uint64
	here       map[uint64]*viewer
	keptOut    map[netip.Addr]bool
	away       away
	left       struct{ pictures, bytes uint64 } // taken by those who have left
	sampling   *time.Timer                      // calls sample while anybody is here
}

func newViewers(most, perAddress int) *viewers {
	l := &viewers{most: most, perAddress: perAddress, here: map[uint64]*viewer{}, keptOut: map[netip.Addr]bool{}, away: away{}}
	l.sampling = time.AfterFunc(sampleEvery, l.sample)
	return l
}

// enter lets the sender of a request in, or says why not. The viewer must leave.
func (l *viewers) enter(r *http.Request) (*viewer, *refusal) {
	address, page := addressOf(r.RemoteAddr), pageOf(r)
	l.mu.Lock()
	defer l.mu.Unlock()
	if no := cmp.Or(l.away.refuse(page), l.full(address)); no != nil {
		return nil, no
	}
	l.last++
	v := &viewer{id: l.last, address: address, program: program(r.UserAgent()), page: page, since: time.Now(), conn: connOf(r.Context())}
	v.ctx, v.leave = context.WithCancel(r.Context())
	l.here[v.id] = v
	if len(l.here) == 1 {
		l.sampling.Reset(sampleEvery)
	}
	if !l.noNames || address.IsLoopback() { // which nobody is asked for
		v.naming.Go(func() {
			name := reach.MachineName(v.ctx, address)
			v.name.Store(&name)
		})
	}
	return v, nil
}

// full is called with mu held.
func (l *viewers) full(address netip.Addr) *refusal {
	if len(l.here) >= l.most {
		taken := "The only place is taken."
		if l.most > 1 {
			taken = fmt.Sprintf("All %d places are taken.", l.most)
		}
		return &refusal{http.StatusServiceUnavailable,
			taken + " Try again later, or ask the owner to let in more.", 10 * time.Second}
	}
	if address.IsLoopback() {
		return nil // a proxy on this machine speaks for many
	}
	same := 0
	for _, v := range l.here {
		if v.address == address {
			same++
		}
	}
	if same < l.perAddress {
		return nil
	}
	return &refusal{http.StatusTooManyRequests, fmt.Sprintf(
		"%d viewers watch from your address already, and no more are let in from one. Close one of them first.", same), 10 * time.Second}
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
	return len(l.here)
}

// totals returns what all viewers have taken so far.
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

// sample reads the counters for the rates, and again after sampleEvery while anybody
// watches: an idle server wakes nobody.
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

// letGo lets go of those that match, and returns how many they are.
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

// limits are the gate's: connections have a reserve for pages and pictures that
// come on top of the streams, and for a browser's six to one host.
func (l *viewers) limits() (connections, perAddress int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return 2*l.most + 100, l.perAddress + 32
}

// Viewers returns how many watch the stream over HTTP now.
func (s *Stream) Viewers() int { return s.viewers.count() }

// Watching returns those who watch now, in the order in which they came.
func (s *Stream) Watching() []Viewer {
	l := s.viewers
	l.mu.Lock()
	defer l.mu.Unlock()
	var watching []Viewer
	for _, v := range l.here {
		known := Viewer{ID: v.id, Address: v.address, Program: v.program, Since: v.since, FPS: v.lately.perSecond(time.Since(v.since))}
		if name := v.name.Load(); name != nil {
			known.Name = *name
		}
		watching = append(watching, known)
	}
	slices.SortFunc(watching, func(a, b Viewer) int { return cmp.Compare(a.ID, b.ID) })
	return watching
}

// LetGo ends a viewer's stream. The viewer may come again, the page after a minute.
// It returns false if the viewer has left already.
func (s *Stream) LetGo(id uint64) bool {
	l := s.viewers
	l.mu.Lock()
	defer l.mu.Unlock()
	v, here := l.here[id]
	if here {
		l.away.add(v.page)
		v.letGo()
	}
	return here
}

// KeepOut lets go of all viewers at the viewer's address, and answers that address
// no more until [Stream.Admit], or until Serve ends. It returns false if the
// viewer has left already.
func (s *Stream) KeepOut(id uint64) bool {
	l := s.viewers
	l.mu.Lock()
	v, here := l.here[id]
	if here {
		l.keptOut[v.address] = true
	}
	l.mu.Unlock()
	if !here {
		return false
	}
	l.letGo(func(other *viewer) bool { return other.address == v.address })
	return true
}

// KeptOut returns the addresses that are kept out, in order.
func (s *Stream) KeptOut() []netip.Addr {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	return slices.SortedFunc(maps.Keys(s.viewers.keptOut), netip.Addr.Compare)
}

// Admit takes KeepOut back.
func (s *Stream) Admit(address netip.Addr) {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	delete(s.viewers.keptOut, address)
}

// SetMaxViewers changes how many may watch at a time. Those who watch already
// stay. Zero stands for [DefaultMaxViewers].
func (s *Stream) SetMaxViewers(n int) {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	s.viewers.most = cmp.Or(max(n, 0), DefaultMaxViewers)
}

// welcome refuses those who are kept out.
func (s *Stream) welcome(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.viewers.mu.Lock()
		out := s.viewers.keptOut[addressOf(r.RemoteAddr)]
		s.viewers.mu.Unlock()
		if out {
			(&refusal{http.StatusForbidden, "The owner has blocked your address. Ask the owner to unblock it.", 0}).answer(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// MaxViewers returns how many may watch at a time.
func (s *Stream) MaxViewers() int {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	return s.viewers.most
}
