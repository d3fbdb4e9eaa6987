package network

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"fanlight/drivers/camera"
)

// made makes a camera's source of an address as it is typed.
func made(t *testing.T, choice string) source {
	t.Helper()
	address, err := url.Parse(choice)
	if err != nil {
		t.Fatal(err)
	}
	c := source{address: address, user: address.User}
	if err := c.readFragment(); err != nil {
		t.Fatal(err)
	}
	address.User, address.Fragment = nil, ""
	return c
}

// secured is a server with HTTPS, and the fingerprint of its certificate.
func secured(t *testing.T, handle http.HandlerFunc) (address, fingerprint string) {
	t.Helper()
	server := httptest.NewUnstartedServer(handle)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // refusing its certificate is some tests' point
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL, fmt.Sprintf("%x", sha256.Sum256(server.Certificate().Raw))
}

// Where a camera points to. Whatever the case, nobody but itself gets the password.
func TestWhereARedirectMayLead(t *testing.T) {
	var asked atomic.Int32
	count := func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Authorization") != "" {
			t.Errorf("%s was sent the password", r.Host)
		}
	}
	elsewhere := authorizations{}.server(t, count)
	var to string
	point := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/":
			count(w, r)
		case r.Header.Get("Authorization") == "":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			http.Redirect(w, r, to, http.StatusFound)
		}
	}
	home := authorizations{}.server(t, point)
	secure, fingerprint := secured(t, point)
	camera := "http://:sesame@" + home.Host + "/"
	secureCamera := "https://:sesame@" + strings.TrimPrefix(secure, "https://") + "/#sha256=" + fingerprint
	for _, test := range []struct {
		name, choice, to string
		want             error
	}{
		{"typed, another port", camera, elsewhere.String() + "/x", nil},
		{"typed, another host", camera, "http://localhost:" + elsewhere.Port() + "/x", nil},
		{"typed, from https to http", secureCamera, elsewhere.String() + "/x", errDowngrade},
		{"found, from https to http", secureCamera + "&found", elsewhere.String() + "/x", errDowngrade},
		{"found, another host", camera + "#found", "http://localhost:" + elsewhere.Port() + "/x", errElsewhere},
		{"found, another service here", camera + "#found", elsewhere.String() + "/x", errElsewhere},
	} {
		to = test.to
		asked.Store(0)
		c := made(t, test.choice)
		s := newSession(c)
		answer, err := s.get(t.Context(), c.address)
		if err == nil {
			answer.Body.Close()
		}
		s.close()
		if !errors.Is(err, test.want) || (asked.Load() > 0) != (test.want == nil) {
			t.Errorf("%s: %v, and %d requests elsewhere; want %v", test.name, err, asked.Load(), test.want)
		}
		if err != nil && strings.Contains(c.explain(err).Error(), "does not work as a camera") {
			t.Errorf("%s is explained as %q", test.name, c.explain(err))
		}
	}
}

// A camera elsewhere does not lead to this machine's own services, by whatever name. A
// proxy on this machine is none of them.
func TestNoRedirectToThisMachine(t *testing.T) {
	var asked atomic.Int32
	service := authorizations{}.server(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	var to string
	byProxy := authorizations{}.server(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
	t.Setenv("HTTP_PROXY", byProxy.String())
	t.Setenv("NO_PROXY", "")
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		to = "http://" + host + ":" + service.Port() + "/"
		c := made(t, "http://camera.example/video")
		s := newSession(c)
		_, err := s.get(t.Context(), c.address)
		s.close()
		if !errors.Is(err, errElsewhere) {
			t.Errorf("%s: %v", to, err)
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("it was asked %d times", n)
	}
}

// A name that led to a camera elsewhere does not lead to this machine at the next look-up.
func TestANameThatChangesLeadsNotHere(t *testing.T) {
	var asked atomic.Int32
	service := authorizations{}.server(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	c := made(t, "http://localhost:"+service.Port()+"/")
	s := newSession(c)
	defer s.close()
	s.dialer.homeAway.Store(true) // as a connection to another machine leaves it
	if _, err := s.get(t.Context(), c.address); !errors.Is(err, errElsewhere) || asked.Load() > 0 {
		t.Errorf("%v, and %d requests", err, asked.Load())
	}
}

// Once by HTTPS, always: a Fanlight that then answers in the clear is sent nothing.
func TestADowngradeIsSentNothing(t *testing.T) {
	var asked atomic.Int32
	plain := authorizations{}.server(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) }).Host
	pin := "#sha256=" + strings.Repeat("ab", 32)
	for _, choice := range []string{"https://" + plain + "/" + pin, "https://:sesame@" + plain + "/", "https://:sesame@" + oldServer(t) + "/" + pin} {
		for _, found := range []bool{false, true} {
			c := made(t, choice)
			c.found = found
			for _, err := range c.frames(t.Context(), camera.Want{}) {
				if !strings.Contains(err.Error(), "was watched over HTTPS, and answers without encryption now: nothing was sent") || strings.Contains(err.Error(), "sesame") {
					t.Errorf("%s: %v", choice, err)
				}
			}
			if err := c.check(t.Context()); err == nil {
				t.Errorf("%s: nothing is said before it is chosen", choice)
			}
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("it got %d requests", n)
	}
}

// oldServer answers what it does not understand by a page without a header, as servers of
// HTTP/0.9 do.
func oldServer(t *testing.T) (host string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			hello := make([]byte, 4096)
			n, _ := conn.Read(hello)
			if strings.Contains(string(hello[:n]), "sesame") {
				t.Error("the passcode was sent")
			}
			io.WriteString(conn, "<!DOCTYPE HTML><p>Bad request")
			conn.Close()
		}
	})
	t.Cleanup(serving.Wait)
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().String()
}

func TestFoundIsKept(t *testing.T) {
	pin := "sha256=" + strings.Repeat("ab", 32)
	for address, want := range map[string]string{
		"http://camera/a":         "http://camera/a#found",
		"https://camera/a#" + pin: "https://camera/a#" + pin + "&found",
	} {
		made, err := Camera(Found(address))
		if err != nil || made.Choice != want || strings.Contains(made.ID, "#") {
			t.Errorf("%s is remembered as %q, shown as %q, %v", address, made.Choice, made.ID, err)
		}
		if again, err := Camera(made.Choice); err != nil || again.Choice != want {
			t.Errorf("%s becomes %q, %v", want, again.Choice, err)
		}
	}
}

// Check tells a wrong passcode before a camera is given up for a stream that refuses it.
func TestCheck(t *testing.T) {
	handle := func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		switch {
		case r.URL.Path != "/webcam/api/status":
			w.WriteHeader(http.StatusGone)
		case password == "slow down":
			w.WriteHeader(http.StatusTooManyRequests)
		case password != "sesame":
			w.WriteHeader(http.StatusUnauthorized)
		}
	}
	secure, fingerprint := secured(t, handle)
	plain := authorizations{}.server(t, handle).Host
	for choice, want := range map[string]string{
		"http://:sesame@" + plain + "/webcam/stream.mjpg":                                 "",
		"http://:wrong@" + plain + "/webcam/stream.mjpg":                                  "that is not the passcode of " + plain,
		"http://:slow%20down@" + plain + "/webcam/stream.mjpg":                            "429",
		"http://:wrong@127.0.0.1:1/":                                                      "",
		secure + "/webcam/#sha256=" + strings.Repeat("ab", 32):                            "another certificate",
		secure + "/webcam/#sha256=" + fingerprint:                                         "asks for a password",
		strings.Replace(secure, "//", "//:sesame@", 1) + "/webcam/#sha256=" + fingerprint: "",
	} {
		made, err := Camera(choice)
		if err != nil {
			t.Fatal(err)
		}
		if made.Locked != strings.Contains(choice, "@") {
			t.Errorf("%s is locked: %v", made.ID, made.Locked)
		}
		err = made.Check(t.Context())
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want it to say %q", made.ID, err, want)
		}
	}
	for _, choice := range []string{"http://camera/", "http://admin:sesame@camera/"} {
		if made, err := Camera(choice); err != nil || made.Locked || made.Check != nil {
			t.Errorf("%s is checked as a Fanlight, %v", choice, err)
		}
	}
}

// FuzzFragment checks that what stands behind an address is remembered as it is, and never
// shown.
func FuzzFragment(f *testing.F) {
	pin := strings.Repeat("ab", 32)
	for _, seed := range []string{"", "found", "sha256=" + pin, "sha256=" + pin + "&found", "found&found&x", "sha256=AB", "&&%23", "sha256=" + pin + "&sha256=" + strings.Repeat("cd", 32)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		made, err := Camera("https://camera/video#" + fragment)
		if err != nil {
			return
		}
		if made.ID != "https://camera/video" {
			t.Fatalf("%q is shown as %q", fragment, made.ID)
		}
		if again, err := Camera(made.Choice); made.Choice != "" && (err != nil || again.Choice != made.Choice) {
			t.Fatalf("%q is remembered as %q, then %q, %v", fragment, made.Choice, again.Choice, err)
		}
	})
}
