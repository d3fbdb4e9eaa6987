package reach

import (
	"net"
	"strings"
	"testing"
	"time"
)

func TestListenRefusesInWords(t *testing.T) {
	taken, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, test := range []struct{ address, says string }{
		{"", "is no address to listen on: write :8080"},
		{"8080", "is no address to listen on"},
		{":http", "is no address to listen on"},
		{":70000", "is no address to listen on"},
		{":-1", "is no address to listen on"},
		{"[::1:80", "is no address to listen on"},
		{taken.Addr().String(), "is taken by another program; choose another one with --listen 127.0.0.1:"},
		{"203.0.113.9:8080", "not an address of this machine"},
		{"host.invalid:8080", "listening on host.invalid:8080"},
	} {
		listener, err := Listen(t.Context(), test.address)
		if err == nil {
			listener.Close()
			t.Errorf("%q: listening on %v", test.address, listener.Addr())
		} else if !strings.Contains(err.Error(), test.says) {
			t.Errorf("%q: %v\nwant it to say %q", test.address, err, test.says)
		}
	}
}

func TestListenNearTakesTheNextFreePort(t *testing.T) {
	taken, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	near, err := ListenNear(t.Context(), taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	first, next := taken.Addr().(*net.TCPAddr).Port, near.Addr().(*net.TCPAddr).Port
	if next <= first || next > first+nextPorts {
		t.Errorf("took port %d after %d", next, first)
	}
	if _, err := ListenNear(t.Context(), "nonsense"); err == nil {
		t.Error("listens on nonsense")
	}
}

func TestAPeerWithoutAWordIsFoundOutWithinHalfAMinute(t *testing.T) {
	if most := probing.Idle + time.Duration(probing.Count)*probing.Interval; !probing.Enable || most > 30*time.Second {
		t.Errorf("a dead peer is found out after %v", most)
	}
}
