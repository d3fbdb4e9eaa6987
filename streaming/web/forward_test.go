package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/streaming/reach"
)

func TestOldPortSendsToTheNewOne(t *testing.T) {
	listener := listenAnywhere(t)
	h := serve(t, 0)
	ctx, cancel := context.WithCancel(t.Context())
	var forwarding sync.WaitGroup
	forwarding.Go(func() { h.server.Forward(ctx, listener, 9090) })
	defer forwarding.Wait()
	defer cancel()
	direct := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer direct.CloseIdleConnections()
	for _, c := range []struct {
		host, path string
		code       int
		location   string
	}{
		{"lamp.local:8080", "/stream.mjpg?fps=5", http.StatusTemporaryRedirect, "http://lamp.local:9090/stream.mjpg?fps=5"},
		{"192.168.1.5", "/", http.StatusTemporaryRedirect, "http://192.168.1.5:9090/"},
		{"[fe80::1]:8080", "/snapshot.jpg", http.StatusTemporaryRedirect, "http://[fe80::1]:9090/snapshot.jpg"},
		{"[::1]", "//evil.example/", http.StatusTemporaryRedirect, "http://[::1]:9090//evil.example/"},
		{"lamp.local:8080", "/api/status", http.StatusUnauthorized, ""}, // at which the page reloads itself
		{"evil.example:8080", "/", http.StatusMisdirectedRequest, ""},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = c.host
		answer, err := direct.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != c.code || answer.Header.Get("Location") != c.location {
			t.Errorf("%s%s: %s to %q", c.host, c.path, answer.Status, answer.Header.Get("Location"))
		}
		if cached := answer.Header.Get("Cache-Control"); c.code != http.StatusMisdirectedRequest && !strings.Contains(cached, "no-store") {
			t.Errorf("%s%s may be kept: %q", c.host, c.path, cached)
		}
	}
}

// TestOldPortSendsNobodyElsewhere sends what no http.Client does.
func TestOldPortSendsNobodyElsewhere(t *testing.T) {
	h := serve(t, 0)
	for request, want := range map[string]string{
		"GET /stream.mjpg HTTP/1.0":                         "http://127.0.0.1:9090/stream.mjpg", // which names no host
		"GET x:@evil.example/ HTTP/1.0\r\nHost: lamp.local": "http://lamp.local:9090/",
		"GET /%2F/..//evil.example?a=b HTTP/1.0":            "http://127.0.0.1:9090/%2F/..//evil.example?a=b",
		"GET http://lamp.local/x HTTP/1.0":                  "http://lamp.local:9090/x",
		"GET / HTTP/1.0\r\nHost: ]lamp[":                    "http://lamp:9090/",
	} {
		asked, err := http.ReadRequest(bufio.NewReader(strings.NewReader(request + "\r\n\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		asked = asked.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, tcpAddr(t, h.url)))
		answer := httptest.NewRecorder()
		h.server.forwardTo(9090)(answer, asked)
		if got := answer.Header().Get("Location"); got != want {
			t.Errorf("%q: to %q, want %q", request, got, want)
		}
	}
}

// Who is kept out stays so while the stream moves from one port to another.
func TestMoveToAnotherPortAdmitsNobody(t *testing.T) {
	h := serve(t, 0)
	response := h.get(t, "GET", "/stream.mjpg")
	defer response.Body.Close()
	eventually(t, "the viewer", func() bool { return len(h.stream.Watching()) == 1 })
	h.stream.KeepOut(h.stream.Watching()[0].ID)
	out := len(h.stream.KeptOut())

	listener := listenAnywhere(t)
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := h.server.Serve(ctx, listener); err != nil {
			t.Error(err)
		}
	})
	defer serving.Wait()
	defer cancel()
	eventually(t, "the other listener", func() bool { return h.server.serving.Load() == 2 })
	h.stop()
	if now := len(h.stream.KeptOut()); out != 1 || now != out {
		t.Errorf("%d were kept out, and are %d after the move", out, now)
	}
}

func TestPageGoesOnAtAnotherPort(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	at := listenAnywhere(t)
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	defer serving.Wait()
	defer cancel()
	serving.Go(func() {
		if err := th.server.Serve(ctx, at); err != nil {
			t.Error(err)
		}
	})
	th.stop()
	old, err := reach.Listen(t.Context(), strings.TrimPrefix(th.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	port := at.Addr().(*net.TCPAddr).Port
	serving.Go(func() { th.server.Forward(ctx, old, port) })
	holds(t, th.tab, `location.port === "`+strconv.Itoa(port)+`"`)
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}

func listenAnywhere(t *testing.T) net.Listener {
	t.Helper()
	listener, err := reach.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// A browser sends the cookies of all ports of a host.
func TestCookieIsGoodAtAnotherPort(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	for cookie, want := range map[string]int{
		"fanlight-80=" + h.server.access.now.Load().jar: http.StatusOK,
		"other-80=" + h.server.access.now.Load().jar:    http.StatusUnauthorized,
		"fanlight-80=another-ones":                      http.StatusUnauthorized,
	} {
		if answer := h.ask(t, "GET", "/snapshot.jpg", "", "Cookie: "+cookie); answer.StatusCode != want {
			t.Errorf("%s: %s", cookie, answer.Status)
		}
	}
}

func TestOldPortWaitsForNoBody(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		h.server.waits.body = 50 * time.Millisecond
		return l
	})
	listener := listenAnywhere(t)
	ctx, cancel := context.WithCancel(t.Context())
	var forwarding sync.WaitGroup
	defer forwarding.Wait()
	defer cancel()
	forwarding.Go(func() { h.server.Forward(ctx, listener, 9090) })
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprint(conn, "POST /passcode HTTP/1.1\r\nHost: lamp.local\r\nContent-Length: 100\r\n\r\nhalf")
	if answer, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 307 ") {
		t.Errorf("answered %q, and then %v", answer, err)
	}
}
