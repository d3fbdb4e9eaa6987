package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// formToken is what the passcode page's form sends beside the passcode.
func (h *house) formToken(t *testing.T) string {
	t.Helper()
	page, err := io.ReadAll(h.ask(t, "GET", "/", "", "Accept: text/html").Body)
	found := regexp.MustCompile(`name="form" value="([^"]+)"`).FindSubmatch(page)
	if err != nil || found == nil {
		t.Fatalf("no token in %s: %v", page, err)
	}
	return string(found[1])
}

// A proxy may put its own Host, and then the page's Origin differs from it.
func TestFormBehindAProxy(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	h.server.AllowOrigins([]string{"https://cam.example.org"})
	token := h.formToken(t)
	for name, test := range map[string]struct {
		token   string
		headers string
		status  int
	}{
		"local, with the token":     {token, "Origin: http://192.168.1.5", 303},
		"local name, with it":       {token, "Origin: http://octopi", 303},
		"listed, with the token":    {token, "Origin: https://cam.example.org", 303},
		"local, with none":          {"", "Origin: http://192.168.1.5", 403},
		"local, with another":       {token + "x", "Origin: http://192.168.1.5", 403},
		"public, with the token":    {token, "Origin: http://evil.example", 403},
		"none told, with the token": {token, "Origin: null", 403},
		"local, and HTTPS tells":    {token, "Origin: http://192.168.1.5\nSec-Fetch-Site: cross-site", 403},
		"told by the proxy":         {"", "Origin: https://cam.example.com\nX-Forwarded-Host: cam.example.com", 303},
		"told with its port":        {"", "Origin: http://cam.example.com:81\nX-Forwarded-Host: cam.example.com:81, inner", 303},
		"told, from another site":   {token, "Origin: http://evil.example\nX-Forwarded-Host: cam.example.com", 403},
	} {
		form := url.Values{"passcode": {"open sesame"}, "form": {test.token}}.Encode()
		response := h.ask(t, "POST", "/passcode", form, append(strings.Split(test.headers, "\n"), "Host: mjpgstreamer1")...)
		if response.StatusCode != test.status {
			body, _ := io.ReadAll(response.Body)
			t.Errorf("%s: %s %s", name, response.Status, body)
		}
	}
}

// No browser speaks HTTP/1.0, and a plain proxy_pass of nginx does.
func TestFormBehindAPlainProxy(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	for origin, want := range map[string]int{"http://192.168.1.5": 303, "http://octopi": 303, "http://evil.example": 403, "null": 403} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		form := "passcode=open+sesame"
		fmt.Fprintf(conn, "POST /passcode HTTP/1.0\r\nHost: mjpgstreamer1\r\nOrigin: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", origin, len(form), form)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || response.StatusCode != want {
			t.Errorf("%s: %+v, %v", origin, response, err)
		}
		conn.Close()
	}
}

// nginx keeps what it passes on, up to 1 GB, for a viewer on a slow link.
func TestStreamsAskProxiesNotToBuffer(t *testing.T) {
	h := serve(t, 0)
	for _, path := range streamRoutes {
		if response := h.get(t, "GET", path); response.Header.Get("X-Accel-Buffering") != "no" {
			t.Errorf("%s: %v", path, response.Header)
		}
	}
}
