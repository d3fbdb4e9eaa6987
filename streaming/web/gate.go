package web

import (
	"cmp"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// gate is the listener in front of net/http. It limits the number of open connections, in
// all, and of those without a stream from one machine, so that a flood of them costs a
// bounded amount. It displaces no viewer and keeps no newcomer out: a new connection
// replaces the oldest one without a stream of the machine that has most, whether it is
// idle, or its request or answer is not finished. Its connections are [steadyConn]s.
type gate struct {
	net.Listener
	limits  limits
	waits   waits
	proxies proxies

	mu    sync.Mutex
	conns map[*steadyConn]struct{}
	held  map[machine]int // connections without a stream of each
}

// limits returns the limits of a gate: of all connections, and of those without a stream
// from one machine. It is called for every connection, because the owner can change them.
type limits func() (connections, perMachine int)

func newGate(listener net.Listener, waits waits, limits limits, proxies proxies) *gate {
	return &gate{
		Listener: listener, waits: waits, limits: limits, proxies: proxies,
		conns: map[*steadyConn]struct{}{}, held: map[machine]int{},
	}
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
	peer := clientAt(zonedOf(conn.RemoteAddr().String()))
	return &steadyConn{
		Conn: conn, gate: g, underWay: newUnderWay(conn),
		peer: peer, client: peer, since: time.Now(),
	}
}

// admit adds a connection, if need be after closing others. It returns false if there are
// only streams.
func (g *gate) admit(conn *steadyConn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	most, mostOfOne := g.limits()
	if !g.proxies.speaksForMany(conn.peer.address) {
		g.keepBelow(mostOfOne, conn.client.machine)
	}
	if len(g.conns) >= most && !g.closeOldest(mostOfOne, func(*steadyConn) bool { return true }) {
		return false
	}
	g.conns[conn] = struct{}{}
	g.held[conn.client.machine]++
	return true
}

// keepBelow closes connections of a machine until fewer than most are left. It is called
// with mu held.
func (g *gate) keepBelow(most int, from machine) {
	for g.held[from] >= most && g.closeOldest(most, func(c *steadyConn) bool { return c.client.machine == from }) {
	}
}

// closeOldest closes a connection without a stream: the oldest of the machine that has
// most of them. No more than mostOfOne count, so that a proxy, which has many clients, is
// no worse off than a greedy machine. It returns false if there is none. It is called with
// mu held.
func (g *gate) closeOldest(mostOfOne int, counts func(*steadyConn) bool) bool {
	has := func(c *steadyConn) int { return min(g.held[c.client.machine], mostOfOne) }
	var oldest *steadyConn
	for c := range g.conns {
		if c.streaming || !counts(c) {
			continue
		}
		if oldest == nil || cmp.Or(cmp.Compare(has(oldest), has(c)), c.since.Compare(oldest.since)) < 0 {
			oldest = c
		}
	}
	if oldest == nil {
		return false
	}
	g.forget(oldest)
	oldest.Conn.Close()
	return true
}

// forget takes a connection out of the count. It is called with mu held.
func (g *gate) forget(c *steadyConn) {
	if _, open := g.conns[c]; !open {
		return
	}
	delete(g.conns, c)
	if !c.streaming {
		g.release(c.client.machine)
	}
}

// release takes one from a machine's count. It is called with mu held.
func (g *gate) release(from machine) {
	g.held[from]--
	if g.held[from] == 0 {
		delete(g.held, from)
	}
}

func (c *steadyConn) Close() error {
	c.gate.mu.Lock()
	c.gate.forget(c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}

// noteState follows the requests on a connection; it is http.Server's ConnState. A
// request begins with its first byte, and ends with its answer's last one.
func noteState(conn net.Conn, state http.ConnState) {
	c := steadyOf(conn)
	if c == nil {
		return
	}
	switch state {
	case http.StateActive:
		due := time.Now().Add(c.gate.waits.answer)
		c.due.Store(&due)
	case http.StateIdle:
		c.due.Store(nil)
	default:
		return
	}
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	c.since = time.Now()
	c.chargeTo(c.peer)
}

// speakFor charges a proxy's connection to the client that a request is from, until it is
// answered.
func (c *steadyConn) speakFor(address netip.Addr) {
	from := clientAt(address)
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	if !c.gate.proxies.speaksForMany(address) {
		_, mostOfOne := c.gate.limits()
		c.gate.keepBelow(mostOfOne, from.machine)
	}
	c.chargeTo(from)
}

// sender returns whom the connection's request is from.
func (c *steadyConn) sender() client {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	return c.client
}

// chargeTo counts a connection as a client's. It is called with gate.mu held.
func (c *steadyConn) chargeTo(from client) {
	if _, open := c.gate.conns[c]; open && !c.streaming {
		c.gate.held[from.machine]++
		c.gate.release(c.client.machine)
	}
	c.client = from
}

// beginStream lifts the limits of a request: a stream is limited by the viewers' places.
func (c *steadyConn) beginStream() {
	c.due.Store(nil)
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	if _, open := c.gate.conns[c]; open && !c.streaming {
		c.gate.release(c.client.machine)
	}
	c.streaming = true
}
