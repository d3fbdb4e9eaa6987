package web

import (
	"context"
	"errors"
	"net"
	"os"
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

// steadyConn is a connection with a write deadline that every progress extends: a slow
// viewer stays connected, a stuck one does not. Until it carries a stream, which has no
// end, a request and its whole answer have a deadline too. net/http's WriteTimeout does
// not serve, because it knows no streams.
type steadyConn struct {
	net.Conn
	gate     *gate
	underWay *underWay
	begun    bool // its first bytes were read
	free     uint // pictures in a row for which the connection was free; for surelyFree
	severed  atomic.Bool
	due      atomic.Pointer[time.Time] // when the answer must be written; nil if there is no limit

	// Guarded by gate.mu.
	peer, client client    // client is another one while a trusted proxy asks for it
	streaming    bool      // for the rest of its life
	since        time.Time // when it was accepted, or its last request began or was answered
}

func (c *steadyConn) Write(p []byte) (written int, err error) {
	for {
		if err := c.SetWriteDeadline(c.writeDeadline()); err != nil {
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

func (c *steadyConn) writeDeadline() time.Time {
	deadline := time.Now().Add(c.gate.waits.write)
	if due := c.due.Load(); due != nil && due.Before(deadline) {
		return *due
	}
	return deadline
}

// beginDownload lifts the limit of an answer's time: a large file takes as long as its reader
// needs. The connection still makes room for others, as one without a stream.
func (c *steadyConn) beginDownload() { c.due.Store(nil) }

// writePart writes a part with writev(2) where the system has it, and blocks until it is
// written.
func (c *steadyConn) writePart(p part) (written int, err error) {
	pieces := p.pieces()
	buffers := net.Buffers(pieces[:])
	for {
		if err := c.SetWriteDeadline(time.Now().Add(c.gate.waits.write)); err != nil {
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
		case now.Sub(moved) > c.gate.waits.write:
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

type connKey struct{}

// withConn adds a connection to its requests' context; it is http.Server's ConnContext.
func withConn(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, steadyOf(conn))
}

// steadyOf returns the connection below net/http's, nil if it came through no gate.
func steadyOf(conn net.Conn) *steadyConn {
	if secured, ok := conn.(interface{ NetConn() net.Conn }); ok { // *tls.Conn
		conn = secured.NetConn()
	}
	steady, _ := conn.(*steadyConn)
	return steady
}

// connOf returns the connection of a request that came through a gate; nil for others.
func connOf(ctx context.Context) *steadyConn {
	conn, _ := ctx.Value(connKey{}).(*steadyConn)
	return conn
}
