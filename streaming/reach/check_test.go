package reach

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// TestCheckAsksTheServerItself has a server on this machine's address that answers,
// and then none.
func TestCheckAsksTheServerItself(t *testing.T) {
	if ownAddress(false).IsLoopback() {
		t.Skip("this machine is on no network")
	}
	listener, err := Listen(t.Context(), net.JoinHostPort(ownAddress(false).String(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	if err := Check(t.Context(), listener.Addr(), false, true); err != nil {
		t.Errorf("not reached: %v", err)
	}
	if path := <-asked; path != "/healthz" {
		t.Errorf("asks for %s", path)
	}
	server.Close()
	if err := Check(t.Context(), listener.Addr(), false, true); err == nil || !strings.Contains(err.Error(), "does not reach its own page") {
		t.Errorf("%v", err)
	}
	loopback := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:9"))
	if err := Check(t.Context(), loopback, false, false); err != nil {
		t.Errorf("looks at what is not for others: %v", err)
	}
}
