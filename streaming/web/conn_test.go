package web

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/streaming"
)

// dial opens a connection to the house, which ends with the test.
func (h *house) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn
}

const askStream = "GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n"

// crowd gives every connection the remote address that from returns: loopback addresses,
// which a test has, are not limited.
type crowd struct {
	net.Listener
	from func(n int) string
	n    atomic.Int32
}

type strangerConn struct {
	net.Conn
	address net.Addr
}

func (l *crowd) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	n := int(l.n.Add(1))
	return strangerConn{conn, &net.TCPAddr{IP: net.ParseIP(l.from(n)), Port: n%60000 + 1024}}, nil
}

func (c strangerConn) RemoteAddr() net.Addr { return c.address }

func strangers(from func(n int) string) func(*house, net.Listener) net.Listener {
	return func(_ *house, l net.Listener) net.Listener { return &crowd{Listener: l, from: from} }
}

func from(address string) func(int) string { return func(int) string { return address } }

// TestStuckViewersCostTheOthersNothing has 200 viewers that read nothing, and some that do.
// The latter must be served meanwhile, the former be disconnected.
func TestStuckViewersCostTheOthersNothing(t *testing.T) {
	const stuck, reading = 200, 4
	h := serveWith(t, Options{}, StreamOptions{MaxViewers: stuck + reading}, func(h *house, l net.Listener) net.Listener {
		h.server.waits.write = 2 * time.Second
		return l
	})
	large := assets.Emulated()[0]
	h.bench.Picture.Store(&large)
	for range stuck {
		conn := h.dial(t)
		conn.(*net.TCPConn).SetReadBuffer(4 << 10)
		io.WriteString(conn, askStream)
	}
	eventually(t, "all who will be stuck", func() bool { // where it takes long, the first of them are gone already
		h.stream.viewers.mu.Lock()
		defer h.stream.viewers.mu.Unlock()
		return h.stream.viewers.last == stuck
	})

	part, _ := newPart(&streaming.Frame{JPEG: large, Taken: time.Now()})
	var served, watching sync.WaitGroup
	served.Add(reading)
	for range reading {
		body := h.get(t, "GET", "/stream.mjpg").Body
		watching.Go(func() {
			if _, err := io.CopyN(io.Discard, body, int64(30*part.size())); err != nil {
				t.Errorf("a viewer beside stuck ones: %v", err)
			}
			served.Done()
			io.Copy(io.Discard, body)
		})
	}
	eventually(t, "the stuck viewers to be let go, and nobody else", func() bool { return h.stream.Viewers() == reading })
	served.Wait()
	h.stop()
	watching.Wait()
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		h.server.waits.header, h.server.waits.body = 200*time.Millisecond, 200*time.Millisecond
		return l
	})
	for name, begin := range map[string]string{
		"nothing":              "",
		"half a line":          "GET / HT",
		"half a header":        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
		"a body never sent":    "POST /passcode HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\npass",
		"a body for nothing":   "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
		"a body for a picture": "GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn := h.dial(t)
			io.WriteString(conn, begin)
			drip := time.NewTicker(50 * time.Millisecond)
			defer drip.Stop()
			closed := make(chan error, 1)
			go func() {
				_, err := io.Copy(io.Discard, conn)
				closed <- err
			}()
			for {
				select {
				case err := <-closed:
					if errors.Is(err, os.ErrDeadlineExceeded) {
						t.Error("the connection stays")
					}
					return
				case <-drip.C:
					if begin != "" {
						conn.Write([]byte("x"))
					}
				}
			}
		})
	}
}

func TestEndlessHeadersAreCutOff(t *testing.T) {
	h := serve(t, 0)
	conn := h.dial(t)
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n")
	sent := 0
	for ; sent < 64<<20; sent += 1 << 10 {
		if _, err := fmt.Fprintf(conn, "X-%d: %s\r\n", sent, strings.Repeat("x", 1<<10)); err != nil {
			break
		}
	}
	if sent >= 64<<20 {
		t.Errorf("%d bytes of header were taken", sent)
	}
}

// TestHalfOpenConnectionsAreFoundOut checks the socket's options only: detecting a peer that
// vanished needs a cable to pull.
func TestHalfOpenConnectionsAreFoundOut(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		h.server.waits.idle = 200 * time.Millisecond
		return l
	})
	conn := h.dial(t)
	io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("a connection without a next request stays: %v", err)
	}
	half := h.dial(t)
	io.WriteString(half, askStream)
	eventually(t, "the viewer", func() bool { return h.stream.Viewers() == 1 })
	half.Close()
	eventually(t, "the viewer to be gone", func() bool { return h.stream.Viewers() == 0 })
}

// TestSeveredWriteEnds disconnects a stuck viewer whose write deadline is far away.
func TestSeveredWriteEnds(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		h.server.waits.write = time.Hour
		return l
	})
	large := assets.Emulated()[0]
	h.bench.Picture.Store(&large)
	conn := h.dial(t)
	conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	io.WriteString(conn, askStream)
	// While the count does not change, the viewer is stuck in a write.
	last, same := uint64(0), 0
	eventually(t, "the viewer to be stuck", func() bool {
		now, _ := h.stream.viewers.totals()
		if now == last && now > 0 {
			same++
		} else {
			last, same = now, 0
		}
		return same > 40
	})
	if !h.stream.LetGo(h.stream.Watching()[0].ID) {
		t.Fatal("the viewer is not there")
	}
	eventually(t, "the viewer to be gone", func() bool { return h.stream.Viewers() == 0 })
}
