package web

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"fanlight/streaming/reach"
)

func TestVisitorsAreTold(t *testing.T) {
	for _, c := range []struct {
		from, at string
		want     bool
	}{
		{"192.168.1.9:4000", "192.168.1.5:8080", true},
		{"192.168.1.5:4000", "192.168.1.5:8080", false},
		{"[::ffff:192.168.1.5]:4000", "192.168.1.5:8080", false},
		{"127.0.0.1:4000", "127.0.0.1:8080", false},
		{"[fe80::9%eth0]:4000", "[fe80::5%eth0]:8080", true},
		{"[fe80::5%eth0]:4000", "[fe80::5%eth0]:8080", false},
	} {
		var s Server
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		at := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.at))
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, at))
		s.noting(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r)
		if got := s.Visited(); got != c.want {
			t.Errorf("from %s at %s: %v", c.from, c.at, got)
		}
	}
}

// TestOwnVisitIsNone has reach.Check request the page: that needs no passcode, and does not
// count as a visit from another machine.
func TestOwnVisitIsNone(t *testing.T) {
	own := ownAddress(t)
	if strings.HasPrefix(own, "127.") {
		t.Skip("this machine is on no network")
	}
	var at net.Addr
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, func(_ *house, l net.Listener) net.Listener {
		l.Close()
		l, err := reach.Listen(t.Context(), own)
		if err != nil {
			t.Fatal(err)
		}
		at = l.Addr()
		return l
	})
	if err := reach.Check(t.Context(), at, false, true); err != nil {
		t.Errorf("not reached: %v", err)
	}
	if h.server.Visited() {
		t.Error("takes this machine for another one")
	}
}
