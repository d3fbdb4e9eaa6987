package network

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// A proxy for the web does not come between the program and a camera at home.
func TestNoProxyOnTheLocalNetwork(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.example:3128")
	t.Setenv("HTTPS_PROXY", "http://proxy.example:3128")
	t.Setenv("NO_PROXY", "cameras.example")
	for address, proxied := range map[string]bool{
		"http://192.168.1.20:8080/video":        false,
		"https://10.0.0.1/":                     false,
		"http://172.16.0.1/":                    false,
		"http://172.32.0.1/":                    true,
		"http://127.0.0.1:8080/":                false,
		"http://169.254.7.7/":                   false,
		"http://[::1]/":                         false,
		"http://[fd00::1]/":                     false,
		"http://[fe80::1%25eth0]:8080/":         false,
		"http://[::ffff:192.168.1.20]/":         false,
		"http://lamp.local:8080/":               false,
		"http://LAMP.Local./":                   false,
		"http://camera/":                        false,
		"http://localhost/":                     false,
		"http://8.8.8.8/":                       true,
		"http://[2001:db8::1]/":                 true,
		"http://cameras.example/":               false,
		"https://beach.example.org/video":       true,
		"https://local.example.org/stream.mjpg": true,
		"http://192.168.1.20.example.org/video": true,
		"http://notlocal/":                      false,
		"http://evil.notlocal/":                 true,
	} {
		request, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		s := newSession(source{address: request.URL})
		through, err := s.client.Transport.(*authorizer).next.(*http.Transport).Proxy(request)
		if err != nil || (through != nil) != proxied {
			t.Errorf("%s goes through %v, %v", address, through, err)
		}
	}
}

// Through a proxy, a header is cleaned where it can be read, and the bytes of a tunnel
// are left alone.
func TestThroughAProxy(t *testing.T) {
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") })
	secure := httptest.NewTLSServer(hello)
	defer secure.Close()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer client.Close()
		if r.Method != http.MethodConnect {
			io.WriteString(client, "HTTP/1.0 200\nno header\n\nhello")
			return
		}
		server, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() {
			defer server.Close()
			io.Copy(server, client)
		}()
		io.Copy(client, server)
	}))
	defer proxy.Close()
	through, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, choice := range []string{"http://camera.example/", fmt.Sprintf("%s/#sha256=%x", secure.URL, sha256.Sum256(secure.Certificate().Raw))} {
		address, err := url.Parse(choice)
		if err != nil {
			t.Fatal(err)
		}
		c := source{address: address}
		if err := c.readFragment(); err != nil {
			t.Fatal(err)
		}
		s := newSession(c)
		s.dialer.proxy = http.ProxyURL(through)
		for range 2 {
			answer, err := s.get(t.Context(), address)
			if err != nil {
				t.Fatalf("%s: %v", choice, err)
			}
			if said, err := io.ReadAll(answer.Body); string(said) != "hello" {
				t.Errorf("%s says %q, %v", choice, said, err)
			}
			answer.Body.Close()
		}
		s.close()
	}
}
