package network

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchEndsASilentSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		start := time.Now()
		w := startWatch(cancel)
		defer w.stop()
		<-ctx.Done()
		if took := time.Since(start); context.Cause(ctx) != errNoAnswer || took != openPatience {
			t.Errorf("a source that sends nothing: %v after %v", context.Cause(ctx), took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		w := startWatch(cancel)
		defer w.stop()
		body, server := io.Pipe()
		reader := w.reader(body)
		go func() {
			for range 5 { // slower than a picture a second, for longer than any patience
				time.Sleep(livePatience - time.Second)
				server.Write([]byte("bytes"))
			}
		}()
		buffer := make([]byte, 5)
		for range 5 {
			if _, err := io.ReadFull(reader, buffer); err != nil || ctx.Err() != nil {
				t.Fatal(err, context.Cause(ctx))
			}
		}
		last := time.Now()
		<-ctx.Done()
		if took := time.Since(last); context.Cause(ctx) != errSilent || took != livePatience {
			t.Errorf("a source that sends no more: %v after %v", context.Cause(ctx), took)
		}
	})
}

// authorizations records what a server is sent, by path.
type authorizations map[string][]string

func (a authorizations) server(t *testing.T, handle http.HandlerFunc) *url.URL {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := r.Header.Get("Authorization")
		a[r.URL.Path] = append(a[r.URL.Path], seen+r.Header.Get("Referer"))
		handle(w, r)
	}))
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// A redirect to another host does not take the password along, nor the address
// with what its query holds, even if that host asks for them.
func TestPasswordStaysWithItsHost(t *testing.T) {
	seen := authorizations{}
	ask := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("WWW-Authenticate", `Digest realm="r", nonce="n", qop="auth"`)
		w.Header().Add("WWW-Authenticate", `Basic realm="r"`)
		w.WriteHeader(http.StatusUnauthorized)
	}
	elsewhere := seen.server(t, ask)
	elsewhere.Host = "localhost:" + elsewhere.Port() // the camera is 127.0.0.1
	home := seen.server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.String()+"/elsewhere", http.StatusFound)
	})
	home.Path, home.RawQuery = "/home", "pwd=sesame"
	s := newSession(source{address: home, user: url.UserPassword("admin", "sesame")})
	defer s.close()
	_, err := s.get(t.Context(), home)
	var status *statusError
	if !errors.As(err, &status) || status.code != http.StatusUnauthorized {
		t.Error(err)
	}
	if got := fmt.Sprint(seen["/elsewhere"]); got != "[]" && got != "[ ]" {
		t.Errorf("the other host was sent %q", got)
	}
	if len(seen["/elsewhere"]) != 1 {
		t.Errorf("the other host was asked %d times", len(seen["/elsewhere"]))
	}
}

func TestTrust(t *testing.T) {
	for _, test := range []struct {
		home, address string
		want          bool
	}{
		{"http://camera/", "http://camera/video", true},
		{"http://camera/", "http://CAMERA:81/stream", true},
		{"http://camera/", "https://camera/", true},
		{"https://camera/", "http://camera/", false},
		{"http://camera/", "http://camera.example/", false},
		{"http://192.168.1.2/", "http://192.168.1.20/", false},
	} {
		home, _ := url.Parse(test.home)
		address, _ := url.Parse(test.address)
		if got := (&authorizer{home: home}).trusts(address); got != test.want {
			t.Errorf("the password for %s is sent to %s: %v", test.home, test.address, got)
		}
	}
}

func TestNetworkFailuresInWords(t *testing.T) {
	address, _ := url.Parse("http://camera:8080/video?pwd=sesame")
	c := source{address: address}
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for _, test := range []struct {
		err  error
		want string
	}{
		{dial(syscall.ECONNREFUSED), "camera:8080 refuses the connection: start the camera"},
		{dial(syscall.EHOSTUNREACH), "camera:8080 cannot be reached: check that this computer"},
		{dial(&net.DNSError{Err: "no such host", Name: "camera", IsNotFound: true}), `there is no host "camera": check the address`},
		{dial(&net.DNSError{Err: "server misbehaving", Name: "camera", IsTemporary: true}), `the name "camera" cannot be looked up`},
		{dial(context.DeadlineExceeded), "camera:8080 does not answer: check that the camera is on"},
		{errNoAnswer, "camera:8080 does not answer"},
		{errSilent, "camera:8080 has stopped sending pictures"},
		{syscall.ECONNRESET, "camera:8080 has ended the stream"},
		{io.ErrUnexpectedEOF, "camera:8080 has ended the stream"},
		{errPartTooLarge, "camera:8080 sends a picture of more than 16 MiB: choose a smaller size"},
		{errNoBoundary, "no pictures can be told apart"},
		{&wrongTypeError{"video/mp4"}, "camera:8080/video sends video/mp4, not an MJPEG stream"},
		{&wrongTypeError{""}, "sends something unknown"},
		{&statusError{http.StatusForbidden, ""}, "does not let this computer or user watch (403)"},
		{&statusError{http.StatusTeapot, "short and stout, http://a:sesame@b/"}, "418 I'm a teapot instead of pictures: check the address, or restart the camera; it says: short and stout"},
		{http.ErrSchemeMismatch, "speaks no HTTPS there: write http://"},
		{errors.New(`parsing http://admin:sesame@camera/: strange`), "camera:8080 does not work as a camera"},
	} {
		got := c.explain(test.err)
		if !strings.Contains(got.Error(), test.want) || strings.Contains(got.Error(), "sesame") {
			t.Errorf("%v: %q\nwant it to say %q", test.err, got, test.want)
		}
		if !errors.Is(got, test.err) {
			t.Errorf("%v: the cause is lost", got)
		}
	}
}

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
