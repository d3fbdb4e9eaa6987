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

// writePatience is how long a viewer may read nothing before it is disconnected.
const writePatience = 10 * time.Second

const (
	// A connection that was free for manyLooks pictures in a row is checked only before
	// every fewLooks-th one, because a check costs a tenth of sending a picture. When
	// such a connection becomes slow, up to three pictures queue on it, once.
	manyLooks = 30
	fewLooks  = 4

	// The time between two checks of a busy connection: at first, and the least and the
	// most once its speed is known, which may change.
	firstRest    = 5 * time.Millisecond
	shortestRest = time.Millisecond
	longestRest  = 50 * time.Millisecond
)

// gate is the listener in front of net/http. It limits the number of open connections,
// in all and from one address, so that a flood of them costs a bounded amount and
// displaces no viewer: a new connection replaces the one that has been idle for the
// longest, which a viewer's never is. Its connections are [steadyConn]s.
type gate struct {
	net.Listener
	limits   limits
	patience time.Duration // how long a write may make no progress

	mu    sync.Mutex
	conns map[*steadyConn]struct{}
}

// limits returns the limits of a gate. It is called for every connection, because the
// owner can change them.
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

// admit adds a connection if there is room, or an idle one to close. It returns false
// if all are busy with a request.
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

// makeRoom reports whether fewer than most of the counted connections are open, if need
// be after closing the one that has been idle for the longest. It is called with mu held.
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

// steadyConn is a connection with a write deadline that every progress extends: a slow
// viewer stays connected, a stuck one does not. net/http's WriteTimeout does not serve,
// because it limits a whole answer, and a stream is an answer without an end.
type steadyConn struct {
	net.Conn
	gate     *gate
	address  netip.Addr
	underWay *underWay
	begun    bool // its first bytes were read
	free     uint // pictures in a row for which the connection was free; for surelyFree
	severed  atomic.Bool

	answering int       // running requests; guarded by gate.mu
	quiet     time.Time // since when there is none; guarded by gate.mu
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

// writePart writes a part with writev(2) where the system has it, and blocks until it is
// written.
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

// known reports whether offer may be called. A nil connection is not known.
func (c *steadyConn) known() bool { return c != nil && c.underWay.known() }

// offer writes what the kernel takes of p without blocking, and nothing if the connection
// is not free, which it reports. The caller writes the rest with writePart.
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

// surelyFree reports whether the next picture may be written without a check. It counts
// the pictures since the connection was busy.
func (c *steadyConn) surelyFree() bool {
	c.free++
	return c.free > manyLooks && c.free%fewLooks != 0
}

// settle waits until the connection is free, so that a new picture does not queue behind
// bytes written before, and reports whether it had to wait. It severs the connection to a
// peer that reads nothing for the gate's patience. It returns early when ctx ends.
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

// awaitFree checks again when the connection should be free at the speed seen so far.
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

// sever ends a running write, and makes later ones fail.
func (c *steadyConn) sever() {
	c.severed.Store(true)
	c.SetWriteDeadline(time.Unix(0, 1)) // after severed, which Write checks after setting its own deadline
}

func (c *steadyConn) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.conns, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}

// answer marks the connection as busy with a request until done is called.
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

// withConn adds a connection to its requests' context; it is http.Server's ConnContext.
func withConn(ctx context.Context, conn net.Conn) context.Context {
	if secured, ok := conn.(interface{ NetConn() net.Conn }); ok { // *tls.Conn
		conn = secured.NetConn()
	}
	return context.WithValue(ctx, connKey{}, conn)
}

// connOf returns the connection of a request that came through a gate; nil for others.
func connOf(ctx context.Context) *steadyConn {
	conn, _ := ctx.Value(connKey{}).(*steadyConn)
	return conn
}

// addressOf returns the address of ADDRESS:PORT, the zero Addr if there is none.
// IPv4 addresses mapped to IPv6 are unmapped and zones removed, so that a machine has one
// address.
func addressOf(hostPort string) netip.Addr {
	at, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
