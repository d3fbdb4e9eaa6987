package streaming

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestLinkByName(t *testing.T) {
	s := serveWith(t, Options{Passcode: "open sesame"}, nil).server
	everywhere := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("[::]:8080"))
	one := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.168.1.5:8080"))
	byNumber, _ := s.Link(everywhere)
	s.SetHost("lamp.local")
	if page, withKey := s.Link(everywhere); page != "http://lamp.local:8080/" || !strings.HasPrefix(withKey, byNumber+"?key=") {
		t.Errorf("%s, %s", page, withKey)
	}
	if here := s.LinkHere(everywhere); here != byNumber {
		t.Errorf("%s, want %s", here, byNumber)
	}
	if page, _ := s.Link(one); page != "http://192.168.1.5:8080/" {
		t.Errorf("%s, though only this address is listened on", page)
	}
	s.SetHost("")
	if page, _ := s.Link(everywhere); page != byNumber {
		t.Errorf("%s, want %s", page, byNumber)
	}
}

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
		if got := s.visited.Load(); got != c.want {
			t.Errorf("from %s at %s: %v", c.from, c.at, got)
		}
	}
}

func TestReachAsksTheServerItself(t *testing.T) {
	if ownAddress(false).IsLoopback() {
		t.Skip("this machine is on no network")
	}
	onNetwork := func(s *Server, l net.Listener) net.Listener {
		l.Close()
		own, err := Listen(t.Context(), net.JoinHostPort(ownAddress(false).String(), "0"))
		if err != nil {
			t.Fatal(err)
		}
		return own
	}
	var at net.Addr
	h := serveWith(t, Options{Passcode: "open sesame"}, func(s *Server, l net.Listener) net.Listener {
		l = onNetwork(s, l)
		at = l.Addr()
		return l
	})
	if err := h.server.askHere(t.Context(), h.server.LinkHere(at)); err != nil {
		t.Errorf("not reached: %v", err)
	}
	if h.server.visited.Load() {
		t.Error("takes this machine for another one")
	}
	h.stop()
	if err := h.server.Reach(t.Context(), at); err == nil || !strings.Contains(err.Error(), "does not reach its own page") {
		t.Errorf("%v", err)
	}
	loopback := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:9"))
	if err := h.server.Reach(t.Context(), loopback); err != nil {
		t.Errorf("looks at what is not for others: %v", err)
	}
}
