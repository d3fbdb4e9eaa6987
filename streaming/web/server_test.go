package web

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/assets"
	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

var streamRoutes = []string{"/stream.mjpg", "/video_feed", "/?action=stream", "/stream", "/stream.mjpg?t=1700000000"}

func TestEveryStreamRouteSendsOriginalPictures(t *testing.T) {
	h := serve(t, 0)
	for _, path := range streamRoutes {
		response := h.get(t, "GET", path)
		kind, params, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
		if response.StatusCode != 200 || err != nil || kind != "multipart/x-mixed-replace" {
			t.Fatalf("%s: %s, %s, %v", path, response.Status, kind, err)
		}
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		parts := multipart.NewReader(response.Body, params["boundary"])
		var last float64
		for n := range 5 {
			part, err := parts.NextRawPart()
			if err != nil {
				t.Fatalf("%s, picture %d: %v", path, n, err)
			}
			picture, err := io.ReadAll(part)
			if err != nil || !streamtest.IsOriginal(picture) {
				t.Errorf("%s, picture %d of %d bytes is no original: %v", path, n, len(picture), err)
			}
			if kind, length := part.Header.Get("Content-Type"), part.Header.Get("Content-Length"); kind != "image/jpeg" || length != strconv.Itoa(len(picture)) {
				t.Errorf("%s, picture %d: %s of %s bytes, came %d", path, n, kind, length, len(picture))
			}
			taken, err := strconv.ParseFloat(part.Header.Get("X-Timestamp"), 64)
			if age := time.Since(time.UnixMicro(int64(taken * 1e6))); err != nil || taken <= last || age < -time.Second || age > patience {
				t.Errorf("%s, picture %d was taken at %v after %v, %v", path, n, taken, last, err)
			}
			last = taken
		}
		response.Body.Close()
	}
}

// TestNextDelimiterComesRightBehindThePicture reads one picture to its delimiter, for which a
// viewer must not have to wait until the next picture.
func TestNextDelimiterComesRightBehindThePicture(t *testing.T) {
	h := serve(t, 0)
	h.bench.FPS = 0.01
	body := bufio.NewReader(h.get(t, "GET", "/stream.mjpg").Body)
	var got bytes.Buffer
	for bytes.Count(got.Bytes(), []byte("--fanlight\r\n")) < 2 {
		b, err := body.ReadByte()
		if err != nil {
			t.Fatalf("after %d bytes: %v", got.Len(), err)
		}
		got.WriteByte(b)
	}
	if !bytes.HasSuffix(got.Bytes(), append(bytes.Clone(streamtest.Tiny[0]), "\r\n--fanlight\r\n"...)) {
		t.Errorf("the stream begins %q", got.Bytes())
	}
}

// TestOnlyImagesInChromiumHaveTheirHeadersAhead checks that all other clients get lengths.
func TestOnlyImagesInChromiumHaveTheirHeadersAhead(t *testing.T) {
	const (
		chrome   = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
		firefox  = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
		image    = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
		document = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
	)
	h := serve(t, 0)
	for _, test := range []struct {
		program, accept string
		ahead           bool
	}{
		{chrome, image, true},
		{chrome, document, true},
		{strings.Replace(chrome, "Chrome/", "HeadlessChrome/", 1), image, true},
		{chrome, "*/*", false}, // a script, such as the page's
		{chrome, "", false},
		{firefox, image, false},
		{"curl/7.88.1", "*/*", false},
	} {
		request, _ := http.NewRequestWithContext(t.Context(), "GET", h.url+"/stream.mjpg", nil)
		request.Header.Set("User-Agent", test.program)
		request.Header.Set("Accept", test.accept)
		request.Header.Set("Referer", h.url+"/")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		begin := make([]byte, len(firstDelimiter+aheadHeader))
		_, err = io.ReadFull(response.Body, begin)
		response.Body.Close()
		if ahead := string(begin) == firstDelimiter+aheadHeader; err != nil || ahead != test.ahead {
			t.Errorf("%.60s that accepts %.30s: the stream begins %q, %v", test.program, test.accept, begin, err)
		}
	}
}

func TestHeadAnswersWithoutTheCamera(t *testing.T) {
	h := serve(t, 0)
	for _, path := range append([]string{"/", "/snapshot.jpg", "/api/status", "/healthz"}, streamRoutes...) {
		response := h.get(t, "HEAD", path)
		body, err := io.ReadAll(response.Body)
		if response.StatusCode != 200 || len(body) != 0 || err != nil || response.Header.Get("Content-Type") == "" {
			t.Errorf("HEAD %s: %s, %d bytes, %v, %v", path, response.Status, len(body), err, response.Header)
		}
	}
	if n := h.bench.Opened.Load(); n != 0 {
		t.Errorf("the camera was opened %d times", n)
	}
}

func TestPageNeedsNothingElse(t *testing.T) {
	h := serve(t, 0)
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/page.css": "text/css; charset=utf-8",
		"/page.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml",
		"/picture.js": "text/javascript; charset=utf-8", "/slow.js": "text/javascript; charset=utf-8",
		"/multipart.js": "text/javascript; charset=utf-8", "/windows.js": "text/javascript; charset=utf-8",
		"/screen.js": "text/javascript; charset=utf-8", "/passcode.js": "text/javascript; charset=utf-8",
		"/manifest.webmanifest": "application/manifest+json", "/apple-touch-icon.png": "image/png",
	} {
		response := h.get(t, "GET", path)
		body, err := io.ReadAll(response.Body)
		if response.StatusCode != 200 || err != nil || len(body) == 0 || response.Header.Get("Content-Type") != kind {
			t.Errorf("%s: %s, %s, %v", path, response.Status, response.Header.Get("Content-Type"), err)
		}
	}
	policy := h.get(t, "GET", "/").Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
}

func TestMistakesAreAnsweredWithASentence(t *testing.T) {
	h := serve(t, 0)
	for _, test := range []struct {
		method, path string
		status       int
		says         string
	}{
		{"GET", "/stream.mjpg?fps=fast", 400, "fps is a number"},
		{"GET", "/stream.mjpg?fps=", 400, "fps is a number"},
		{"GET", "/stream.mjpg?fps=-1", 400, "fps is a number"},
		{"GET", "/stream.mjpg?fps=0", 400, "fps is a number"},
		{"GET", "/stream.mjpg?fps=NaN", 400, "fps is a number"},
		{"GET", "/stream.mjpg?fps=1e99", 400, "fps is a number"},
		{"HEAD", "/stream.mjpg?fps=fast", 400, ""},
		{"GET", "/stream.mjpg?fps=%zz", 400, "malformed"},
		{"GET", "/?action=dance", 400, "stream or snapshot"},
		{"GET", "/?action=", 400, "stream or snapshot"},
		{"GET", "/cgi-bin/admin", 404, "/stream.mjpg"},
		{"GET", "/page/../../../etc/passwd", 404, ""},
		{"POST", "/stream.mjpg", 405, "Only GET and HEAD"},
		{"DELETE", "/", 405, "Only GET and HEAD"},
	} {
		response := h.get(t, test.method, test.path)
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != test.status || !strings.Contains(string(body), test.says) {
			t.Errorf("%s %s: %s %q", test.method, test.path, response.Status, body)
		}
	}
	if n := h.bench.Opened.Load(); n != 0 {
		t.Errorf("the camera was opened %d times for mistakes", n)
	}
}

func TestGarbageInPlaceOfHTTPIsRefused(t *testing.T) {
	h := serve(t, 0)
	for _, garbage := range []string{
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", // a TLS hello
		"GET\r\n\r\n",
		"GET / HTTP/9.9\r\n\r\n",
		"GET /stream.mjpg HTTP/1.1\r\n\r\n", // no Host
		"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(patience))
		io.WriteString(conn, garbage)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err == nil && (response.StatusCode < 400 || response.StatusCode >= 500) && response.StatusCode != 505 {
			t.Errorf("%.40q: %s", garbage, response.Status)
		}
		conn.Close()
	}
	if response := h.get(t, "GET", "/healthz"); response.StatusCode != 200 {
		t.Errorf("afterwards: %s", response.Status)
	}
}

func TestFPSLimitsOneViewerOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		s, _ := single(b.Feed(t), StreamOptions{})
		var watching sync.WaitGroup
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		answers := map[string]*recorder{"": newRecorder(), "?fps=5": newRecorder(), "?fps=0.5": newRecorder(), "?fps=1000": newRecorder()}
		for query, answer := range answers {
			request, _ := http.NewRequestWithContext(ctx, "GET", "/stream.mjpg"+query, nil)
			watching.Go(func() { s.handler.ServeHTTP(answer, request) })
		}
		watching.Wait()
		for query, want := range map[string]int{"": 300, "?fps=5": 50, "?fps=0.5": 5, "?fps=1000": 300} {
			if got := answers[query].pictures(); got < want-1 || got > want+2 {
				t.Errorf("%q: %d pictures in 10 s, want %d", query, got, want)
			}
		}
	})
}

func TestNoMoreViewersThanPlaces(t *testing.T) {
	h := serve(t, 2)
	first, second := h.get(t, "GET", "/stream.mjpg"), h.get(t, "GET", "/stream.mjpg")
	if first.StatusCode != 200 || second.StatusCode != 200 {
		t.Fatalf("%s, %s", first.Status, second.Status)
	}
	third := h.get(t, "GET", "/stream.mjpg")
	body, _ := io.ReadAll(third.Body)
	if third.StatusCode != 503 || third.Header.Get("Retry-After") == "" || !strings.Contains(string(body), "The limit of 2 viewers is reached") {
		t.Errorf("%s %q", third.Status, body)
	}
	first.Body.Close()
	eventually(t, "the place to be free", func() bool { return h.stream.Viewers() == 1 })
	if again := h.get(t, "GET", "/stream.mjpg"); again.StatusCode != 200 {
		t.Errorf("a free place: %s", again.Status)
	}
}

// writeCounter counts a connection's writes.
type writeCounter struct {
	net.Listener
	mu     sync.Mutex
	writes []int // bytes of each
}

type countedConn struct {
	net.Conn
	counter *writeCounter
}

func (l *writeCounter) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return countedConn{conn, l}, err
}

func (c countedConn) Write(p []byte) (int, error) {
	c.counter.mu.Lock()
	c.counter.writes = append(c.counter.writes, len(p))
	c.counter.mu.Unlock()
	return c.Conn.Write(p)
}

func TestOneWriteAPicture(t *testing.T) {
	for name, picture := range map[string][]byte{"small": streamtest.Tiny[0], "large": assets.Emulated()[0]} {
		t.Run(name, func(t *testing.T) {
			counter := &writeCounter{}
			h := serveWith(t, Options{}, StreamOptions{}, func(_ *house, l net.Listener) net.Listener { counter.Listener = l; return counter })
			h.bench.Picture.Store(&picture)
			part, _ := newPart(&streaming.Frame{JPEG: picture, Taken: time.Now()})
			body := h.get(t, "GET", "/stream.mjpg").Body
			if _, err := io.CopyN(io.Discard, body, int64(len(firstDelimiter)+10*part.size())); err != nil {
				t.Fatal(err)
			}
			counter.mu.Lock()
			defer counter.mu.Unlock()
			for i, n := range counter.writes[1:10] {
				if n != part.size() {
					t.Errorf("write %d of %v is not a whole part of %d bytes", i+1, counter.writes, part.size())
					break
				}
			}
		})
	}
}

func TestEndOfServingLetsGoOfViewersEvenStuckOnes(t *testing.T) {
	h := serve(t, 0)
	large := assets.Emulated()[0]
	h.bench.Picture.Store(&large)
	reading := h.get(t, "GET", "/stream.mjpg")
	go io.Copy(io.Discard, reading.Body)
	stuck, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer stuck.Close()
	io.WriteString(stuck, "GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n")
	eventually(t, "both viewers", func() bool { return h.stream.Viewers() == 2 })
	h.stop()
	if n := h.stream.Viewers(); n != 0 {
		t.Errorf("%d viewers are left", n)
	}
	if _, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://")); err == nil {
		t.Error("the port is still open")
	}
}

func TestStuckViewerIsLetGoAndASlowOneStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		conn := newGate(nil, waits{write: writePatience}, nil, nil).steady(ours)
		go func() {
			var b [1]byte
			for range 5 { // a byte every nine seconds, then nothing
				time.Sleep(9 * time.Second)
				theirs.Read(b[:])
			}
		}()
		start := time.Now()
		n, err := conn.Write(make([]byte, 100))
		// Deadlines fall every ten seconds: the last byte went before that at 50 s, none before that at 60 s.
		if n != 5 || err == nil || time.Since(start) != 60*time.Second {
			t.Errorf("wrote %d bytes in %v, %v; want 5 in 60s", n, time.Since(start), err)
		}
		ours.Close()
		theirs.Close()
	})
}
