package network_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

// digest lets the user admin with the password s@same in as RFC 7616, section 3.4.1
// says. It calls basic for a request that has the password itself.
func digest(algorithm string, next http.HandlerFunc, basic func()) http.HandlerFunc {
	hash := func(s string) string {
		if algorithm == "SHA-256" {
			return fmt.Sprintf("%x", sha256.Sum256([]byte(s)))
		}
		return fmt.Sprintf("%x", md5.Sum([]byte(s)))
	}
	return func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Get("Authorization")
		if strings.HasPrefix(given, "Basic") {
			basic()
		}
		field := func(name string) string {
			_, rest, _ := strings.Cut(given, name+"=")
			return strings.Trim(strings.TrimSpace(strings.SplitN(rest, ",", 2)[0]), `"`)
		}
		a1 := hash("admin:cam era:s@same")
		a2 := hash("GET:" + r.URL.RequestURI())
		want := hash(strings.Join([]string{a1, "abc", field("nc"), field("cnonce"), "auth", a2}, ":"))
		if field("response") != want {
			w.Header().Add("WWW-Authenticate", `Basic realm="cam era"`)
			w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Digest realm="cam era", nonce="abc", algorithm=%s, qop="auth"`, algorithm))
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}

func TestPasswords(t *testing.T) {
	camera := newWebCamera(t)
	mux := http.NewServeMux()
	var basicSent atomic.Int32
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		mux.HandleFunc("/"+algorithm, digest(algorithm, camera.still, func() { basicSent.Add(1) }))
	}
	mux.HandleFunc("/basic", func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "admin" || password != "s@same" {
			w.Header().Add("WWW-Authenticate", `Basic realm="cam era"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		camera.still(w, r)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, path := range []string{"/MD5", "/SHA-256?camera=1", "/basic"} {
		n := 0
		for _, err := range drivertest.Find(t, "http://admin:s%40same@"+host+path).Frames(t.Context(), drivers.Want{Mode: drivers.Mode{FPS: 100}}) {
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if n++; n == 3 { // the answer counts up
				break
			}
		}
		if got := drivertest.Failure(t, "http://admin:wrong@"+host+path); !strings.Contains(got, "does not accept the user and the password") || strings.Contains(got, "wrong") {
			t.Errorf("%s with a wrong password: %s", path, got)
		}
	}
	if basicSent.Load() > 0 {
		t.Error("a server that takes a digest was sent the password itself")
	}
}

// A certificate that nobody vouches for is accepted by its fingerprint, and no other is.
func TestPinsACertificate(t *testing.T) {
	camera := newWebCamera(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(camera.video))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	sum := sha256.Sum256(server.Certificate().Raw)
	address := server.URL + "/stream.mjpg"
	for _, fingerprint := range []string{fmt.Sprintf("%x", sum), strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")} {
		choice := address + "#sha256=" + fingerprint
		if got := first(t, choice); !bytes.Equal(got.JPEG, assets.Emulated()[0]) {
			t.Errorf("%s: %d bytes are not the picture that was sent", choice, len(got.JPEG))
		}
		if c := drivertest.Find(t, choice); c.ID != address || c.Choice != fmt.Sprintf("%s#sha256=%x", address, sum) {
			t.Errorf("%s is %q, remembered as %q", choice, c.ID, c.Choice)
		}
	}
	if said := drivertest.Failure(t, address+"#sha256="+strings.Repeat("ab", 32)); !strings.Contains(said, "shows another certificate") {
		t.Error(said)
	}
	if said := drivertest.Failure(t, address); !strings.Contains(said, "#sha256=") {
		t.Error(said)
	}
	for _, choice := range []string{address + "#sha256=ab", address + "#sha256=" + strings.Repeat("x", 64), "http://camera/#sha256=" + strings.Repeat("ab", 32)} {
		if c, err := drivers.Find(t.Context(), choice); err == nil {
			t.Errorf("%s found %q", choice, c.ID)
		}
	}
}
