package rtsp

import (
	"bytes"
	"cmp"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// mostConns is how many connections are open at a time, mostOfMachine how many of these
	// are of one address, or of one IPv6 network of 64 bits.
	mostConns     = 256
	mostOfMachine = 32
	// acceptAgain is the pause after a failure that passes, such as too many open files.
	acceptAgain = 100 * time.Millisecond
	// writeBuffer bounds what the kernel keeps for a slow reader, in bytes: pictures in
	// there are sent however old they are. Linux doubles it.
	writeBuffer = 256 << 10
)

// listener limits the number of connections, and counts what is written to them. It keeps no
// newcomer out for those who play nothing: a new connection replaces the oldest one of these,
// of the machine that has most.
type listener struct {
	net.Listener

	mu    sync.Mutex
	conns map[*conn]struct{}
	of    map[netip.Prefix]int // by machine
}

func newListener(l net.Listener) *listener {
	return &listener{Listener: l, conns: map[*conn]struct{}{}, of: map[netip.Prefix]int{}}
}

// Accept closes connections above the limits. It returns an error when the listener is
// closed.
func (l *listener) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED) {
			time.Sleep(acceptAgain)
			continue
		}
		if err != nil {
			return nil, err
		}
		c := &conn{Conn: accepted, on: l, from: machineOf(accepted.RemoteAddr()), since: time.Now()}
		if !l.admit(c) {
			accepted.Close()
			continue
		}
		limitBuffer(accepted)
		return c, nil
	}
}

// admit adds a connection, if need be after closing another. It returns false if all play.
func (l *listener) admit(c *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[c.from] >= mostOfMachine && !l.closeOldest(func(other *conn) bool { return other.from == c.from }) {
		return false
	}
	if len(l.conns) >= mostConns && !l.closeOldest(func(*conn) bool { return true }) {
		return false
	}
	l.conns[c] = struct{}{}
	l.of[c.from]++
	return true
}

// closeOldest closes a connection that plays nothing: the oldest of the machine that has most.
// It returns false if there is none. It is called with mu held.
func (l *listener) closeOldest(counts func(*conn) bool) bool {
	var oldest *conn
	for c := range l.conns {
		if c.plays.Load() || !counts(c) {
			continue
		}
		if oldest == nil || cmp.Or(cmp.Compare(l.of[oldest.from], l.of[c.from]), c.since.Compare(oldest.since)) < 0 {
			oldest = c
		}
	}
	if oldest == nil {
		return false
	}
	l.forget(oldest)
	oldest.Conn.Close()
	return true
}

// forget is called with mu held.
func (l *listener) forget(c *conn) {
	if _, open := l.conns[c]; !open {
		return
	}
	delete(l.conns, c)
	if l.of[c.from]--; l.of[c.from] == 0 {
		delete(l.of, c.from)
	}
}

// machineOf returns the network that counts as one machine.
func machineOf(address net.Addr) netip.Prefix {
	from := addressOf(address).WithZone("")
	bits := 64
	if from.Is4() {
		bits = 32
	}
	network, _ := from.Prefix(bits) // fails for the zero Addr only
	return network
}

// addressOf returns the IP address of a TCP address.
func addressOf(address net.Addr) netip.Addr {
	tcp, ok := address.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap()
}

func limitBuffer(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(writeBuffer)
	}
}

// conn is a connection that counts the RTP packets written to it.
type conn struct {
	net.Conn
	on      *listener // nil for one that was dialed
	from    netip.Prefix
	since   time.Time // when it was accepted
	plays   atomic.Bool
	written atomic.Uint64

	begin []byte // what was read first, up to the length of a word of HTTP
}

// errHTTP ends a connection on which somebody speaks HTTP. gortsplib would take RTSP within
// HTTP or a WebSocket, which the pages of any web site can open.
var errHTTP = errors.New("this is no port for HTTP")

var httpWords = [][]byte{[]byte("GET "), []byte("POST")}

const httpWord = 4 // bytes

// Read is for one goroutine at a time.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if missing := httpWord - len(c.begin); missing > 0 {
		c.begin = append(c.begin, p[:min(n, missing)]...)
		for _, word := range httpWords {
			if bytes.Equal(c.begin, word) {
				return 0, errHTTP
			}
		}
	}
	return n, err
}

// Write counts whole writes, of which each is a packet or a message.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err == nil && isRTP(p) {
		c.written.Add(1)
	}
	return n, err
}

// isRTP reports whether a message is an RTP packet: in its second byte those of RTCP have a
// type of their own (RFC 5761, section 4), behind the four bytes of RFC 2326, section 10.12.
func isRTP(message []byte) bool {
	return len(message) > 5 && message[0] == '$' && (message[5] < 192 || message[5] > 223)
}

func (c *conn) Close() error {
	if c.on != nil {
		c.on.mu.Lock()
		c.on.forget(c)
		c.on.mu.Unlock()
	}
	return c.Conn.Close()
}
