package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/history"
	"fanlight/streaming/streamtest"
)

// rerun is a stream with a past, of stamped pictures at 30 fps, in a bubble.
type rerun struct {
	bench  *streamtest.Camera
	feed   *streaming.Feed
	stream *Stream
}

func newRerun(t *testing.T, so StreamOptions, bytes int) *rerun {
	t.Helper()
	r := &rerun{bench: streamtest.NewCamera()}
	r.bench.Stamps = true
	r.feed = r.bench.Feed(t)
	_, r.stream = single(r.feed, so)
	r.stream.viewers.noNames = true
	kept := history.New(r.feed, bytes, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(kept.Close)
	r.stream.RewindWith(kept)
	return r
}

const plenty = 64 << 20 // bytes of history: more than any test has pictures

// run has the camera on for a while.
func (r *rerun) run(d time.Duration) {
	letGo := r.feed.Keep()
	defer letGo()
	time.Sleep(d)
}

// shot is a picture as a viewer gets it.
type shot struct {
	n           uint64 // its stamp
	card        bool   // it has none
	taken, came time.Time
	jpeg        []byte
}

// viewing is a viewer in a bubble.
type viewing struct {
	recorder
	mu    sync.Mutex
	came  []time.Time
	leave context.CancelFunc
	gone  chan struct{}
	slow  func(n int) time.Duration // how long the writing of picture n takes; nil for no time
}

func (v *viewing) Write(p []byte) (int, error) {
	v.mu.Lock()
	n := len(v.came)
	picture := bytes.Contains(p, []byte("X-Timestamp"))
	if picture {
		v.came = append(v.came, time.Now())
	}
	v.body.Write(p)
	v.mu.Unlock()
	if picture && v.slow != nil {
		time.Sleep(v.slow(n))
	}
	return len(p), nil
}

// view begins to watch a path as a viewer with headers of the form "Name: value".
func (r *rerun) view(t *testing.T, path string, slow func(n int) time.Duration, headers ...string) *viewing {
	t.Helper()
	v := &viewing{recorder: *newRecorder(), gone: make(chan struct{}), slow: slow}
	ctx, leave := context.WithCancel(t.Context())
	v.leave = leave
	request, err := http.NewRequestWithContext(ctx, "GET", path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.RemoteAddr, request.Host = "127.0.0.1:1", "localhost"
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	go func() {
		defer close(v.gone)
		r.stream.server.handler.ServeHTTP(v, request)
	}()
	t.Cleanup(func() { v.leave(); <-v.gone })
	return v
}

// shots returns what the viewer has got so far.
func (v *viewing) shots(t *testing.T) (all []shot) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.status != 0 {
		t.Fatalf("answered %d: %s", v.status, &v.body)
	}
	parts := multipart.NewReader(bytes.NewReader(v.body.Bytes()), boundary)
	for _, came := range v.came {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		jpeg, err := io.ReadAll(part)
		seconds, notNumber := strconv.ParseFloat(part.Header.Get("X-Timestamp"), 64)
		if err != nil || notNumber != nil || part.Header.Get("Content-Length") != strconv.Itoa(len(jpeg)) {
			t.Fatalf("a part with the header %v and %d bytes: %v", part.Header, len(jpeg), err)
		}
		n, stamped := streamtest.Stamp(jpeg)
		all = append(all, shot{n, !stamped, time.UnixMicro(int64(seconds * 1e6)), came, jpeg})
	}
	return all
}

// watches is what a viewer gets who watches a path for a while.
func (r *rerun) watches(t *testing.T, path string, d time.Duration) []shot {
	t.Helper()
	v := r.view(t, path, nil)
	time.Sleep(d)
	v.leave()
	<-v.gone
	return v.shots(t)
}

// inOrder checks that a viewer got each picture from one on once, in order, and that there
// are about as many as wanted.
func inOrder(t *testing.T, who string, shots []shot, first, want uint64) {
	t.Helper()
	if n := uint64(len(shots)); n < want-2 || n > want+2 {
		t.Errorf("%s: %d pictures, want %d", who, n, want)
	}
	for i, s := range shots {
		if s.card || s.n != first+uint64(i) {
			t.Fatalf("%s: picture %d is number %d (card: %v), want %d", who, i, s.n, s.card, first+uint64(i))
		}
	}
}
