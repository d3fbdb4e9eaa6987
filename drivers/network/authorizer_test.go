package network

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

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
		{"http://camera/", "http://CAMERA:80/stream", true},
		{"http://camera/", "http://CAMERA:81/stream", false}, // another origin
		{"http://camera/", "https://camera/", true},
		{"http://camera:8080/", "https://camera/", false},
		{"http://camera/", "https://camera:8443/", false},
		{"https://camera/", "https://camera/video", true},
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
