package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// Dashboards and plugins of OctoPrint append to /?action=stream what they need against
// caches, proxies double the slash, and mjpg-streamer numbers its inputs.
func TestFormsOfMjpgStreamersAddresses(t *testing.T) {
	h := serve(t, 0)
	for path, want := range map[string]string{
		"/?action=stream?nonce_dashboard=1679189181050": "multipart/", "/?action=stream?1679189181050": "multipart/",
		"/?action=stream&1679189181050": "multipart/", "/?action=stream_0": "multipart/", "//?action=stream": "multipart/", "///?action=stream": "multipart/",
		"/?action=stream/": "multipart/", "//stream.mjpg": "multipart/", "/stream.mjpg?1679189181050": "multipart/",
		"/?action=snapshot?1679189181050": "image/jpeg", "/?action=snapshot_0": "image/jpeg", "//?action=snapshot&t=1": "image/jpeg", "//snapshot.jpg": "image/jpeg",
	} {
		response := h.ask(t, "GET", path, "")
		if kind := response.Header.Get("Content-Type"); response.StatusCode != 200 || !strings.HasPrefix(kind, want) {
			t.Errorf("%s: %s %s", path, response.Status, kind)
		}
		response.Body.Close()
	}
	for path, want := range map[string]struct {
		status   int
		sentence string
	}{
		"/?action=command&dest=0&plugin=0&id=9963776&group=1&value=50": {403, "owner does that in Fanlight's window"},
		"/?action=":         {400, "either stream or snapshot"},
		"/?action=stream_1": {400, "either stream or snapshot"},
		"/?action=streams":  {400, "either stream or snapshot"},
	} {
		response := h.ask(t, "GET", path, "")
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != want.status || !strings.Contains(string(body), want.sentence) {
			t.Errorf("%s: %s %s", path, response.Status, body)
		}
	}
}

func TestDoubledSlashLeadsNowhereElse(t *testing.T) {
	h := serve(t, 0)
	for path, want := range map[string]int{"//": 200, "//evil.example/": 404, "//nothing": 404, "//%2fevil.example": 404} {
		if response := h.ask(t, "GET", path, ""); response.StatusCode != want || response.Header.Get("Location") != "" {
			t.Errorf("%s: %s to %q", path, response.Status, response.Header.Get("Location"))
		}
	}
}

func TestAddressWithoutItsSlash(t *testing.T) {
	h := serve(t, 0)
	for request, want := range map[string]string{
		"GET ?action=snapshot HTTP/1.1":            "200 image/jpeg",
		"GET ?action=stream?1 HTTP/1.0":            "200 multipart/x-mixed-replace; boundary=fanlight",
		"GET ?" + strings.Repeat("x", 20<<10):      "431 text/plain; charset=utf-8",
		"GET snapshot.jpg HTTP/1.1":                "400 text/plain; charset=utf-8",
		"POST ?action=snapshot HTTP/1.1":           "400 text/plain; charset=utf-8",
		"GET ?\x00 HTTP/1.1":                       "400 text/plain; charset=utf-8",
		"GET /?action=snapshot&t=GET%20? HTTP/1.1": "200 image/jpeg",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s\r\nHost: lamp\r\n\r\n", request)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%.40q: %v", request, err)
		}
		if got := fmt.Sprint(response.StatusCode, " ", response.Header.Get("Content-Type")); got != want {
			t.Errorf("%.40q: %s, want %s", request, got, want)
		}
		conn.Close()
	}
}

// A body that looks like such a request is not changed, as the next request would begin
// within it.
func TestBodiesKeepTheirBytes(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	body := "GET ?&passcode=open+sesame"
	fmt.Fprintf(conn, "POST /passcode HTTP/1.1\r\nHost: lamp\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", len(body))
	if waits, err := http.ReadResponse(answers, nil); err != nil || waits.StatusCode != 100 {
		t.Fatalf("%v, %v", waits, err)
	}
	fmt.Fprintf(conn, "%sGET /healthz HTTP/1.1\r\nHost: lamp\r\n\r\n", body)
	for _, want := range []int{303, 200} {
		if response, err := http.ReadResponse(answers, nil); err != nil || response.StatusCode != want {
			t.Fatalf("%v, %v, want %d", response, err, want)
		}
	}
}
