package web

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/streaming/reach"
)

// TestFloodOfConnectionsIsBounded opens thousands of silent connections, from one
// address and from many, around a viewer that must not notice, and a page that
// must be answered all the while.
func TestFloodOfConnectionsIsBounded(t *testing.T) {
	const flood = 3000
	for name, from := range map[string]func(int) string{
		"one address":    func(n int) string { return [2]string{"192.0.2.7", "192.0.2.1"}[min(n-1, 1)] },
		"many addresses": func(n int) string { return fmt.Sprintf("198.51.%d.%d", n/250%250, n%250+1) },
		"this machine":   func(int) string { return "127.0.0.1" },
	} {
		t.Run(name, func(t *testing.T) {
			h := serveWith(t, Options{}, StreamOptions{MaxViewers: 10}, strangers(from))
			most, _ := h.stream.viewers.limits()
			viewer := h.dial(t)
			io.WriteString(viewer, askStream)
			stream := bufio.NewReader(viewer)
			if _, err := stream.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			before := runtime.NumGoroutine()
			for n := range flood {
				conn := h.dial(t)
				if n%100 == 0 {
					io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
					answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
					if err != nil || answer.StatusCode != 200 {
						t.Fatalf("connection %d: %v", n, err)
					}
				}
			}
			if grown := runtime.NumGoroutine() - before; grown > 2*most+50 {
				t.Errorf("%d goroutines more for %d connections", grown, flood)
			}
			viewer.SetDeadline(time.Now().Add(patience))
			if _, err := io.CopyN(io.Discard, stream, 10<<10); err != nil {
				t.Errorf("the viewer: %v", err)
			}
			if n := h.stream.Viewers(); n != 1 {
				t.Errorf("%d viewers", n)
			}
		})
	}
}

// door is a gate at which connections knock that lead nowhere.
type door struct {
	*gate
	most, perMachine int
}

func newDoor(most, perMachine int, proxies proxies) *door {
	d := &door{most: most, perMachine: perMachine}
	d.gate = newGate(nil, waits{write: time.Second, answer: time.Minute}, func() (int, int) { return d.most, d.perMachine }, proxies)
	return d
}

// come returns a connection from an address, nil if it is not let in.
func (d *door) come(t *testing.T, address string) *steadyConn {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	c := d.steady(strangerConn{ours, &net.TCPAddr{IP: net.ParseIP(address), Port: 1}})
	if !d.admit(c) {
		return nil
	}
	time.Sleep(time.Millisecond) // so that it is older than the next one
	return c
}

func (d *door) open() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.conns)
}

func closed(c *steadyConn) bool { return c.Conn.SetDeadline(time.Time{}) != nil }

func TestGateMakesRoomForOneMachineAmongItsOwn(t *testing.T) {
	d := newDoor(100, 3, nil)
	neighbour := d.come(t, "192.0.2.9")
	for _, addresses := range [][]string{
		{"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1"},
		{"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5"}, // one machine's
	} {
		var conns []*steadyConn
		for _, address := range addresses[:4] {
			conns = append(conns, d.come(t, address))
		}
		if !closed(conns[0]) || closed(conns[1]) {
			t.Errorf("%s: the fourth takes another place than that of the first", addresses[0])
		}
		noteState(conns[1], http.StateActive) // from now on the youngest
		conns[2].beginStream()
		conns = append(conns, d.come(t, addresses[4]))
		for i, want := range []bool{true, false, false, false, false} {
			if closed(conns[i]) != want {
				t.Errorf("%s: a stream takes a place of those without one: number %d is closed: %v", addresses[0], i, !want)
			}
		}
		d.come(t, addresses[4])
		if !closed(conns[3]) {
			t.Errorf("%s: the oldest is not the one that goes", addresses[0])
		}
		d.come(t, addresses[4])
		if !closed(conns[1]) {
			t.Errorf("%s: an unfinished answer keeps newcomers out", addresses[0])
		}
	}
	if closed(neighbour) {
		t.Error("a neighbour pays for it")
	}
}

func TestFullGateMakesRoomWhereMostAreHeld(t *testing.T) {
	d := newDoor(4, 3, nil)
	viewer := d.come(t, "192.0.2.1")
	viewer.beginStream()
	oldest, greedy, greedy2 := d.come(t, "192.0.2.2"), d.come(t, "192.0.2.3"), d.come(t, "192.0.2.3")
	noteState(greedy2, http.StateActive)
	noteState(greedy, http.StateActive)
	d.come(t, "192.0.2.4")
	if !closed(greedy2) || closed(oldest) || closed(greedy) || d.open() != 4 {
		t.Errorf("one of the machine with most is not the one that goes: %d are open", d.open())
	}
	d.come(t, "192.0.2.5")
	if !closed(oldest) || d.open() != 4 {
		t.Errorf("of machines with one each, the oldest is not the one that goes: %d are open", d.open())
	}
	greedy.Close()
	if d.open() != 3 {
		t.Errorf("%d are open after one was closed", d.open())
	}
	d.most = 3
	if d.come(t, "192.0.2.6"); d.open() != 3 {
		t.Errorf("%d are open after the limit was lowered", d.open())
	}
	for c := range d.conns {
		c.beginStream()
	}
	if d.come(t, "192.0.2.7") != nil || closed(viewer) {
		t.Error("a viewer's place is taken")
	}
	if len(d.held) != 0 {
		t.Errorf("counted without a connection: %v", d.held)
	}
}

func TestProxyWithManyClientsIsNoWorseOffThanAGreedyMachine(t *testing.T) {
	d := newDoor(8, 3, nil)
	proxy := d.come(t, "127.0.0.1")
	greedy := []*steadyConn{d.come(t, "192.0.2.3"), d.come(t, "192.0.2.3"), d.come(t, "192.0.2.3")}
	noteState(proxy, http.StateActive)
	for d.open() < d.most {
		d.come(t, "127.0.0.1")
	}
	d.come(t, "192.0.2.4")
	if closed(proxy) || !closed(greedy[0]) {
		t.Error("a proxy on this machine pays for having many clients")
	}
	d.come(t, "192.0.2.5")
	if !closed(proxy) || closed(greedy[1]) {
		t.Error("what is held from this machine keeps newcomers out")
	}
}

func TestProxysConnectionsAreItsClients(t *testing.T) {
	d := newDoor(8, 2, proxies{mustProxy(t, "192.0.2.80")})
	proxied := func(client string) *steadyConn {
		c := d.come(t, "192.0.2.80")
		noteState(c, http.StateActive)
		c.speakFor(addressOf(client + ":0"))
		return c
	}
	neighbour, first := proxied("198.51.100.2"), proxied("198.51.100.1")
	for range 3 {
		d.come(t, "192.0.2.80") // the proxy keeps some open
	}
	if closed(neighbour) || closed(first) || d.open() != 5 {
		t.Fatalf("the proxy is counted as one machine: %d are open", d.open())
	}
	proxied("198.51.100.1")
	proxied("198.51.100.1")
	if !closed(first) || closed(neighbour) {
		t.Error("a client behind the proxy has more than its share")
	}
	noteState(neighbour, http.StateIdle)
	if n := d.held[machineOf(addressOf("198.51.100.2:0"))]; n != 0 {
		t.Errorf("an answered client is charged for %d", n)
	}
}

// TestNewcomersGetInWhileAllIsHeld has machines that hold all connections with requests and
// answers that never end, a viewer who must not notice, and somebody who wants the page.
func TestNewcomersGetInWhileAllIsHeld(t *testing.T) {
	const most = 2*10 + 100
	for name, request := range map[string]string{
		"forms at a trickle":     "POST /passcode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\npasscode=",
		"pictures never read":    "GET /snapshot.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"headers never finished": "GET / HTTP/1.1\r\nHost: ",
		"requests in a row":      strings.Repeat("GET /snapshot.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n", 20),
	} {
		t.Run(name, func(t *testing.T) {
			h := serveWith(t, Options{}, StreamOptions{MaxViewers: 10}, func(_ *house, l net.Listener) net.Listener {
				return &crowd{Listener: narrow{l}, from: func(n int) string {
					if n == 1 || n > most+20 {
						return fmt.Sprintf("192.0.2.%d", n%250+1)
					}
					return fmt.Sprintf("198.51.100.%d", n%7+1)
				}}
			})
			large := assets.Emulated()[0]
			h.bench.Picture.Store(&large)
			viewer := h.dial(t)
			io.WriteString(viewer, askStream)
			stream := bufio.NewReader(viewer)
			if _, err := stream.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			for range most + 19 {
				conn := h.dial(t)
				conn.(*net.TCPConn).SetReadBuffer(4 << 10)
				io.WriteString(conn, request)
			}
			for range 20 {
				response := h.ask(t, "GET", "/", "", "Connection: close")
				if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != 200 {
					t.Fatalf("%s %v", response.Status, err)
				}
			}
			viewer.SetDeadline(time.Now().Add(patience))
			if _, err := io.CopyN(io.Discard, stream, int64(3*len(large))); err != nil {
				t.Errorf("the viewer: %v", err)
			}
		})
	}
}

// narrow is a listener whose connections take few bytes ahead of their reader.
type narrow struct{ net.Listener }

func (l narrow) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		err = conn.(*net.TCPConn).SetWriteBuffer(4 << 10)
	}
	return conn, err
}

// TestSlowAnswersAreCutOff reads a picture, and the stream, a few bytes at a time. The
// picture must end unfinished, the stream go on.
func TestSlowAnswersAreCutOff(t *testing.T) {
	narrowed := func(h *house, l net.Listener) net.Listener {
		h.server.waits.answer = 300 * time.Millisecond
		return narrow{l}
	}
	own, err := reach.OwnCertificate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, certificate := range map[string]*reach.Certificate{"http": nil, "https": own} {
		h := serveWith(t, Options{Certificate: certificate}, StreamOptions{}, narrowed)
		large := assets.Emulated()[0]
		h.bench.Picture.Store(&large)
		slowly := func(path string, enough int) (got int) {
			conn := h.dial(t)
			conn.(*net.TCPConn).SetReadBuffer(4 << 10)
			if certificate != nil {
				conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
			}
			fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
			few := make([]byte, 1<<10)
			for got < enough {
				n, err := conn.Read(few)
				if got += n; err != nil {
					return got
				}
				time.Sleep(20 * time.Millisecond)
			}
			return got
		}
		if got := slowly("/snapshot.jpg", len(large)); got >= len(large) {
			t.Errorf("%s: a picture is sent for as long as its reader likes", name)
		}
		const enough = 40 << 10 // takes at least twice the time of an answer
		if got := slowly("/stream.mjpg", enough); got < enough {
			t.Errorf("%s: the stream ends after %d bytes", name, got)
		}
	}
}
