package discovery

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// jpeg, status and live are answers of streams.
func jpeg(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "image/jpeg")
	fmt.Fprint(w, body)
}

func status(w http.ResponseWriter, state string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	fmt.Fprintf(w, `{"state":%q,"name":"Door"}`, state)
}

func live(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/status" {
		status(w, "live")
	} else {
		jpeg(w, "picture")
	}
}

// A glance asks for no more than it may.
func TestGlance(t *testing.T) {
	fanlight, other := Stream{Program: Fanlight, Near: true}, Stream{Near: true}
	for _, c := range []struct {
		name    string
		stream  Stream
		answer  http.HandlerFunc
		asked   []string
		state   string
		picture string
		fails   bool
	}{
		{"live", fanlight, live, []string{"/api/status", "/snapshot.jpg?if=live"}, "live", "picture", false},
		{"off", fanlight, func(w http.ResponseWriter, _ *http.Request) { status(w, "off") }, []string{"/api/status"}, "off", "", false},
		{"elsewhere", Stream{Program: Fanlight}, live, nil, "", "", false},
		{"with a passcode", Stream{Program: Fanlight, Passcode: true, Near: true}, live, nil, "", "", false},
		{"with a passcode since", fanlight, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, []string{"/api/status"}, "", "", false},
		{"another program's", other, live, []string{"/snapshot.jpg"}, "", "picture", false},
		{"no status", fanlight, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "application/json") }, []string{"/api/status"}, "", "", true},
		{"a page", other, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, []string{"/snapshot.jpg"}, "", "", true},
		{"refused", other, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, []string{"/snapshot.jpg"}, "", "", true},
		{"sent elsewhere", other, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, []string{"/snapshot.jpg"}, "", "", true},
		{"too large", other, func(w http.ResponseWriter, _ *http.Request) { jpeg(w, strings.Repeat("x", largestPicture+1)) }, []string{"/snapshot.jpg"}, "", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mu sync.Mutex
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				asked = append(asked, r.URL.RequestURI())
				mu.Unlock()
				c.answer(w, r)
			}))
			defer server.Close()
			c.stream.Status, c.stream.Snapshot = server.URL+"/api/status", server.URL+"/snapshot.jpg"
			got, err := Look(t.Context(), c.stream)
			if got.Passcode != (c.name == "with a passcode since") {
				t.Errorf("Passcode is %v", got.Passcode)
			}
			if got.State != c.state || string(got.JPEG) != c.picture || (err != nil) != c.fails {
				t.Errorf("%q, %d bytes, %v", got.State, len(got.JPEG), err)
			}
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(asked, c.asked) {
				t.Errorf("asked for %q, want %q", asked, c.asked)
			}
		})
	}
}

// Of a stream with HTTPS the announced certificate is believed, and no other.
func TestGlanceOverHTTPS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"state":"off"}`)
	}))
	defer server.Close()
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	sum := sha256.Sum256(server.Certificate().Raw)
	for _, c := range []struct {
		fingerprint string
		believed    bool
	}{{hex.EncodeToString(sum[:]), true}, {strings.Repeat("ab", 32), false}, {"", false}} {
		got, err := Look(t.Context(), Stream{Program: Fanlight, Near: true, Status: server.URL + "/api/status", Fingerprint: c.fingerprint})
		if (err == nil) != c.believed || (got.State == "off") != c.believed {
			t.Errorf("%q: %+v, %v", c.fingerprint, got, err)
		}
	}
}
