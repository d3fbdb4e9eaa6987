package web

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// tape is a connection that delivers given bytes, then nothing more, and keeps the first
// bytes written to it.
type tape struct {
	in     *bytes.Reader
	mu     sync.Mutex
	out    bytes.Buffer
	closed chan struct{}
	close  func()
}

const tapeLength = 64 << 10

func newTape(said []byte) *tape {
	t := &tape{in: bytes.NewReader(said), closed: make(chan struct{})}
	t.close = sync.OnceFunc(func() { close(t.closed) })
	return t
}

func (t *tape) Read(p []byte) (int, error) { return t.in.Read(p) }
func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.out.Len() > tapeLength {
		return 0, io.ErrClosedPipe
	}
	return t.out.Write(p)
}
func (t *tape) Close() error                     { t.close(); return nil }
func (t *tape) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 8080} }
func (t *tape) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 50000} }
func (t *tape) SetDeadline(time.Time) error      { return nil }
func (t *tape) SetReadDeadline(time.Time) error  { return nil }
func (t *tape) SetWriteDeadline(time.Time) error { return nil }

// handed is a listener that accepts connections from a test.
type handed struct {
	conns chan net.Conn
	done  chan struct{}
	close func()
}

func newHanded() *handed {
	l := &handed{conns: make(chan net.Conn), done: make(chan struct{})}
	l.close = sync.OnceFunc(func() { close(l.done) })
	return l
}

func (l *handed) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l *handed) Close() error   { l.close(); return nil }
func (l *handed) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 8080} }

// requests are the seeds of FuzzRequest.
var requests = []string{
	"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"GET / HTTP/1.0\r\n\r\n",
	"HEAD /stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"GET /stream.mjpg?fps=5 HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"GET /?action=stream&key=x HTTP/1.1\r\nHost: door.local:8080\r\n\r\n",
	"GET /?key=x HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nUser-Agent: Mozilla/5.0\r\n\r\n",
	"GET /snapshot.jpg HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic Ondyb25n\r\nCookie: fanlight-8080=AAAA\r\n\r\n",
	"GET /stream.mjpg?from=-30s&speed=0.5 HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"GET /frame.jpg?at=-30s&step=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"GET /snapshot HTTP/1.1\r\nHost: evil.example\r\n\r\n",
	"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"GET /api/status HTTP/1.1\r\nHost: [::1]:8080\r\nAuthorization: Bearer k\r\n\r\n",
	"GET /api/viewers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer the-owners-key\r\n\r\n",
	"POST /api/viewers/1/keepout HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer the-owners-key\r\nContent-Length: 0\r\n\r\n",
	"POST /api/viewers/18446744073709551616/letgo HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n",
	"POST /passcode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\npasscode=open+sesame",
	"POST /passcode HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9\r\n\r\n--x\r\n\r\n--x",
	"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
	"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
	"GET //../..%2f%00/page.css;?%zz=1 HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9-1\r\nIf-Modified-Since: x\r\n\r\n",
	"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily\r\nAccept-Encoding: zstd,gzip;q=x\r\n\r\n",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
	"\x16\x03\x01",
	"",
}

// FuzzRequest sends any bytes to a Server with a passcode and to one without.
// There must be a valid answer, with a sentence if it is an error, or none, and no goroutine
// must be left.
func FuzzRequest(f *testing.F) {
	for _, request := range requests {
		f.Add([]byte(request), false)
		f.Add([]byte(request), true)
	}
	streams, listeners := map[bool]*Stream{}, map[bool]*handed{}
	for locked, passcode := range map[bool]string{true: "open sesame", false: ""} {
		fast := streamtest.NewCamera()
		fast.FPS = 1000 // a tape is soon full
		feed := streaming.NewFeed(fast.Source(), 0, discarded)
		server, listener := NewServer(Options{Passcode: passcode, OwnerKey: "the-owners-key"}), newHanded()
		streams[locked] = server.Add("/", feed, StreamOptions{})
		listeners[locked] = listener
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { server.Serve(ctx, listener); close(done) }()
		f.Cleanup(func() { cancel(); <-done; feed.Close() })
	}
	f.Fuzz(func(t *testing.T, request []byte, locked bool) {
		stream := streams[locked]
		conn := newTape(request)
		listeners[locked].conns <- conn
		select {
		case <-conn.closed:
		case <-time.After(patience):
			t.Fatalf("%q holds its connection", request)
		}
		eventually(t, "nobody to watch", func() bool { return stream.Viewers() == 0 })
		stream.viewers.admitAll()
		if n := runtime.NumGoroutine(); n > 200 {
			t.Errorf("%d goroutines run", n)
		}
		conn.mu.Lock()
		defer conn.mu.Unlock()
		if conn.out.Len() > 0 {
			checkAnswer(t, request, conn.out.Bytes())
		}
	})
}

func checkAnswer(t *testing.T, request, answer []byte) {
	t.Helper()
	method, _, _ := strings.Cut(strings.TrimLeft(string(request), "\r\n"), " ")
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%q is answered with %.200q: %v", request, answer, err)
	}
	defer response.Body.Close()
	allowed := response.StatusCode < 500 ||
		response.StatusCode == http.StatusServiceUnavailable || // no picture, or no place
		response.StatusCode == http.StatusNotImplemented || response.StatusCode == http.StatusHTTPVersionNotSupported // net/http's own
	if !allowed {
		t.Errorf("%q: %s", request, response.Status)
	}
	silent := response.StatusCode == http.StatusExpectationFailed // net/http's own too
	if response.StatusCode < 400 || method == http.MethodHead || silent {
		return
	}
	body, _ := io.ReadAll(response.Body)
	if !bytes.ContainsAny(body, " {") {
		t.Errorf("%q: %s without a sentence: %q", request, response.Status, body)
	}
}
