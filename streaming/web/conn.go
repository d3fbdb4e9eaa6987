package web

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// writePatience is how long a viewer may take nothing at all before it is let go.
const writePatience = 10 * time.Second

const (
	// A link that was free for many pictures in a row is looked at before every
	// fourth only, for a look costs a tenth of sending a picture. Where such a link
	// becomes slow, three pictures can queue there, once.
	manyLooks = 30
	fewLooks  = 4

	// How long a busy link is left alone between two looks: the first time, and at
	// least and at most where its speed is known, as it can become another.
	firstRest    = 5 * time.Millisecond
	shortestRest = time.Millisecond
	longestRest  = 50 * time.Millisecond
)

// gate is the listener in front of net/http. It bounds how many connections are
// open, in all and for one address, so that a flood of them costs a known amount
// and keeps no viewer out: a new connection takes the place of the one that has
// been silent for the longest, which a viewer never is. Its connections have the
// steady write deadline of [steadyConn].
type gate struct {
	net.Listener
	limits   limits
	patience time.Duration // for progress of a write

	mu    sync.Mutex
	conns map[*steadyConn]struct{}
}

// limits bound what the outside can take. They are read anew with every
// connection, for the owner can change them.
type limits func() (connections, perAddress int)

func newGate(listener net.Listener, patience time.Duration, limits limits) *gate {
	return &gate{Listener: listener, limits: limits, patience: patience, conns: map[*steadyConn]struct{}{}}
}

func (g *gate) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if steady := g.steady(conn); g.admit(steady) {
			return steady, nil
		}
		conn.Close()
	}
}

func (g *gate) steady(conn net.Conn) *steadyConn {
	return &steadyConn{
		Conn: conn, gate: g, address: addressOf(conn.RemoteAddr().String()),
		underWay: newUnderWay(conn), quiet: time.Now(),
	}
}

// admit makes room for a connection; there is none if all are being answered.
func (g *gate) admit(conn *steadyConn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	most, mostOfOne := g.limits()
	if !conn.address.IsLoopback() && !g.makeRoom(mostOfOne, func(c *steadyConn) bool { return c.address == conn.address }) {
		return false
	}
	if !g.makeRoom(most, func(*steadyConn) bool { return true }) {
		return false
	}
	g.conns[conn] = struct{}{}
	return true
}

// makeRoom sees to it that fewer than most of the counted connections are open.
// It closes the one that has been silent for the longest.
func (g *gate) makeRoom(most int, counts func(*steadyConn) bool) bool {
	open := 0
	var silent *steadyConn
	for c := range g.conns {
		if !counts(c) {
			continue
		}
		open++
		if c.answering == 0 && (silent == nil || c.quiet.Before(silent.quiet)) {
			silent = c
		}
	}
	if open < most {
		return true
	}
	if silent == nil {
		return false
	}
	delete(g.conns, silent)
	silent.Conn.Close()
	return true
}

// open returns how many connections there are.
func (g *gate) open() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.conns)
}

// steadyConn has a write deadline that starts anew with every progress: a slow
// viewer stays, a stuck one goes. net/http's WriteTimeout is for a whole answer,
// and an answer here lasts as long as somebody watches.
type steadyConn struct {
	net.Conn
	gate     *gate
	address  netip.Addr
	underWay *underWay
	free     uint // pictures in a row for which the link was free; for surelyFree
	severed  atomic.Bool

	answering int       // requests; guarded by gate.mu
	quiet     time.Time // since when none is; guarded by gate.mu
}

func (c *steadyConn) Write(p []byte) (written int, err error) {
	for {
		if err := c.SetWriteDeadline(time.Now().Add(c.gate.patience)); err != nil {
			return written, err
		}
		if c.severed.Load() {
			return written, net.ErrClosed
		}
		n, err := c.Conn.Write(p[written:])
		written += n
		if n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return written, err
		}
	}
}

// writePart writes a part in one go, without copying it.
func (c *steadyConn) writePart(p part) (written int, err error) {
	pieces := p.pieces()
	buffers := net.Buffers(pieces[:])
	for {
		if err := c.SetWriteDeadline(time.Now().Add(c.gate.patience)); err != nil {
			return written, err
		}
		if c.severed.Load() {
			return written, net.ErrClosed
		}
		n, err := buffers.WriteTo(c.Conn)
		written += int(n)
		if n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return written, err
		}
	}
}

// known reports whether the connection can be offered something.
func (c *steadyConn) known() bool { return c != nil && c.underWay.known() }

// offer writes what the kernel takes of p at once, and nothing if a picture would
// have to stand in a queue. It never waits; the rest is for Write.
func (c *steadyConn) offer(p part) (written int, free bool) {
	if c.severed.Load() {
		return 0, false
	}
	written, free = c.underWay.offer(p, !c.surelyFree())
	if written < p.size() {
		c.free = 0
	}
	return written, free
}

// surelyFree tells whether a picture may do without a look at the link. It counts
// the pictures since the link was busy.
func (c *steadyConn) surelyFree() bool {
	c.free++
	return c.free > manyLooks && c.free%fewLooks != 0
}

// settle waits until a new picture would not stand in a queue behind the bytes that
// were written before it, and tells whether it had to wait. A peer that takes
// nothing at all is let go, as it is by Write.
func (c *steadyConn) settle(ctx context.Context) (waited bool) {
	if c.surelyFree() {
		return false
	}
	left, free := c.underWay.look()
	if free {
		return false
	}
	c.free = 0
	c.awaitFree(ctx, left)
	return true
}

// awaitFree looks again when the link should be free at the speed seen so far.
func (c *steadyConn) awaitFree(ctx context.Context, left int) {
	began, first := time.Now(), left
	moved, pause := began, firstRest
	for {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		before, now := left, time.Now()
		var free bool
		left, free = c.underWay.look()
		switch {
		case free:
			return
		case left < before:
			moved = now
			needs := time.Duration(float64(now.Sub(began)) * float64(left) / float64(first-left))
			pause = min(max(needs, shortestRest), longestRest)
		case now.Sub(moved) > c.gate.patience:
			c.sever()
			return
		default:
			pause = min(2*pause, longestRest)
		}
	}
}

// sever ends a write under way, and lets none follow.
func (c *steadyConn) sever() {
	c.severed.Store(true)
	c.SetWriteDeadline(time.Unix(0, 1)) // after severed: Write looks at that behind setting its own
}

func (c *steadyConn) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.conns, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}

// answer notes that a request is being answered, until done is called.
func (c *steadyConn) answer() (done func()) {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	c.answering++
	return func() {
		c.gate.mu.Lock()
		defer c.gate.mu.Unlock()
		c.answering--
		c.quiet = time.Now()
	}
}

type connKey struct{}

// withConn hands a connection to its requests; it is http.Server's ConnContext.
func withConn(ctx context.Context, conn net.Conn) context.Context {
	if secured, ok := conn.(interface{ NetConn() net.Conn }); ok { // *tls.Conn
		conn = secured.NetConn()
	}
	return context.WithValue(ctx, connKey{}, conn)
}

// connOf returns the connection of a request that came through a gate, else nil.
func connOf(ctx context.Context) *steadyConn {
	conn, _ := ctx.Value(connKey{}).(*steadyConn)
	return conn
}

// addressOf returns the address of ADDRESS:PORT, the zero Addr if there is none.
// An IPv4 address in IPv6's clothes is the same machine, and so is one with a zone.
func addressOf(hostPort string) netip.Addr {
	at, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
