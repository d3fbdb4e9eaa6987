package web

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/reach"
	"fanlight/streaming/reach/reachtest"
	"fanlight/streaming/streamtest"
)

// patience bounds waits for what happens soon on any machine.
const patience = 30 * time.Second

// house is a Server of one stream that listens on the loopback interface.
type house struct {
	bench  *streamtest.Camera
	feed   *streaming.Feed
	server *Server
	stream *Stream
	url    string
	stop   func() // ends serving and waits
}

func serve(t *testing.T, maxViewers int) *house {
	t.Helper()
	return serveWith(t, Options{}, StreamOptions{MaxViewers: maxViewers}, nil)
}

// serveWith is for tests that set the Server's options, or change something before it
// serves, such as the listener.
func serveWith(t *testing.T, o Options, so StreamOptions, change func(h *house, l net.Listener) net.Listener) *house {
	t.Helper()
	listener, err := reach.Listen(t.Context(), fmt.Sprintf("127.0.0.1:%d", reachtest.Port(t)))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{bench: streamtest.NewCamera(), url: "http://" + listener.Addr().String()}
	h.feed = streaming.NewFeed(h.bench.Source(), 0, discarded)
	o.Version, so.Name = "1.2.3", "Bench on here"
	h.server = NewServer(o)
	h.stream = h.server.Add("/", h.feed, so)
	if change != nil {
		listener = change(h, listener)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- h.server.Serve(ctx, listener) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
	t.Cleanup(func() {
		h.stop()
		h.feed.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return h
}

// single is a Server of one stream that does not listen.
func single(feed *streaming.Feed, so StreamOptions) (*Server, *Stream) {
	s := NewServer(Options{})
	return s, s.Add("/", feed, so)
}

// withKey is the page's address with the key that stands for the passcode.
func (h *house) withKey() string { return h.url + "/" + h.server.LinkKey() }

func (h *house) get(t *testing.T, method, path string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, method, h.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// recorder is a ResponseWriter for a bubble of fake time, where no socket works.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}} }

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) { r.status = status }

func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

func (r *recorder) Flush() {}

func (r *recorder) pictures() int { return strings.Count(r.body.String(), "X-Timestamp") }
