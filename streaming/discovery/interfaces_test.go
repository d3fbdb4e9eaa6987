package discovery

import (
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestTXTIsNeverEmptyAndHoldsNoSecret(t *testing.T) {
	for _, kind := range kinds("5eed") {
		if len(kind.txt) == 0 {
			t.Errorf("%s has no TXT", kind.service)
		}
		for _, pair := range kind.txt {
			key, value, ok := strings.Cut(pair, "=")
			if !ok || value == "" || len(pair) > 255 || key == "p" || key == "u" {
				t.Errorf("%s has TXT %q", kind.service, pair)
			}
		}
	}
}

func TestListenAddressChoosesTheInterface(t *testing.T) {
	loopback, err := net.InterfaceByName("lo")
	if err != nil {
		t.Skipf("this system's loopback interface has another name: %v", err)
	}
	for listen, want := range map[string]bool{
		"": true, "::": true, "0.0.0.0": true, "127.0.0.1": true, "::ffff:127.0.0.1": true, "192.168.99.99": false,
	} {
		var address netip.Addr
		if listen != "" {
			address = netip.MustParseAddr(listen)
		}
		if got := hasAddress(*loopback, address); got != want {
			t.Errorf("%q: %v, want %v", listen, got, want)
		}
	}
	if _, err := interfacesFor(netip.MustParseAddr("127.0.0.1")); err == nil {
		t.Error("announces on the loopback interface")
	}
}

func TestMistakesAreRefused(t *testing.T) {
	for _, s := range []Service{{Name: "", Port: 8080}, {Name: "\n", Port: 8080}, {Name: "Door", Port: 0}} {
		if a, err := Announce(s); err == nil {
			a.Close()
			t.Errorf("announces %+v", s)
		}
	}
}
