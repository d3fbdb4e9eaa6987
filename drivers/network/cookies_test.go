package network

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A camera may keep a session by a cookie, set as it asks for the password, on its way
// to another address, or with a picture. It is sent back, and to nobody else.
func TestCookiesKeepASession(t *testing.T) {
	setTogether := func(w http.ResponseWriter, name string) {
		http.SetCookie(w, &http.Cookie{Name: name, Value: "1", Path: "/"})
	}
	has := func(r *http.Request, name string) bool {
		_, err := r.Cookie(name)
		return err == nil
	}
	foreign := ""
	elsewhere := authorizations{}.server(t, func(_ http.ResponseWriter, r *http.Request) { foreign += r.Header.Get("Cookie") })
	elsewhere.Host = "localhost:" + elsewhere.Port() // the camera is 127.0.0.1
	home := authorizations{}.server(t, func(w http.ResponseWriter, r *http.Request) {
		_, _, isKnown := r.BasicAuth()
		switch {
		case r.URL.Path == "/away":
			http.Redirect(w, r, elsewhere.String(), http.StatusFound)
		case !isKnown || !has(r, "asked"):
			setTogether(w, "asked")
			w.Header().Set("WWW-Authenticate", `Basic realm="r"`)
			w.WriteHeader(http.StatusUnauthorized)
		case !has(r, "sent"):
			setTogether(w, "sent")
			http.Redirect(w, r, "/again", http.StatusFound)
		case r.URL.Path != "/again" && !has(r, "shown"):
			w.WriteHeader(http.StatusGone)
		default:
			setTogether(w, "shown")
		}
	})
	s := newSession(source{address: home, user: url.UserPassword("admin", "sesame")})
	defer s.close()
	for _, path := range []string{"/", "/next", "/away"} {
		answer, err := s.get(t.Context(), home.JoinPath(path))
		if err != nil {
			t.Fatal(path, err)
		}
		answer.Body.Close()
	}
	if foreign != "" {
		t.Errorf("another host was sent %q", foreign)
	}
}

func TestCookiesAreBounded(t *testing.T) {
	c := newCookies()
	address := &url.URL{Scheme: "http", Host: "camera", Path: "/"}
	for n := range 1000 {
		raw := fmt.Sprintf("c%d=%s", n, strings.Repeat("x", 1000))
		cookie, err := http.ParseSetCookie(raw)
		if err != nil {
			t.Fatal(err)
		}
		c.SetCookies(address, []*http.Cookie{cookie})
		held := c.Cookies(address)
		if newest := held[len(held)-1].Name; len(held)*1000 > maxCookies || newest != cookie.Name {
			t.Fatalf("after %d cookies %d are held, the newest %s", n+1, len(held), newest)
		}
	}
}
