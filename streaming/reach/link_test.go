package reach

import (
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestLinkIsAnAddressOthersCanOpen(t *testing.T) {
	for _, test := range []struct{ bound, want string }{
		{"192.168.1.5:8080", "http://192.168.1.5:8080/"},
		{"127.0.0.1:80", "http://127.0.0.1:80/"},
		{"[fd00::2]:8080", "http://[fd00::2]:8080/"},
	} {
		if got := Link(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(test.bound)), "", false); got != test.want {
			t.Errorf("%s: %s, want %s", test.bound, got, test.want)
		}
	}
	for _, everywhere := range []string{"[::]:8080", "0.0.0.0:8080"} {
		got := Link(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(everywhere)), "", false)
		host, port, err := net.SplitHostPort(strings.TrimSuffix(strings.TrimPrefix(got, "http://"), "/"))
		if err != nil || port != "8080" {
			t.Fatalf("%s: %s, %v", everywhere, got, err)
		}
		own, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Errorf("%s: %s is not an address of this machine: %v", everywhere, got, err)
			continue
		}
		own.Close()
	}
}

func TestLinkByName(t *testing.T) {
	everywhere := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("[::]:8080"))
	one := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.168.1.5:8080"))
	for _, test := range []struct {
		listening net.Addr
		secure    bool
		want      string
	}{
		{everywhere, false, "http://lamp.local:8080/"},
		{everywhere, true, "https://lamp.local:8080/"},
		{one, false, "http://192.168.1.5:8080/"}, // only this address is listened on
	} {
		if page := Link(test.listening, "lamp.local", test.secure); page != test.want {
			t.Errorf("%v: %s, want %s", test.listening, page, test.want)
		}
	}
}
