package discovery

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func TestTXTIsNeverEmptyAndHoldsNoSecret(t *testing.T) {
	for _, passcode := range []bool{false, true} {
		all := append(kinds(Service{ID: "5eed", Passcode: passcode}),
			kinds(Service{ID: "5eed", Passcode: passcode, Fingerprint: strings.Repeat("ab", 32)})...)
		for _, kind := range all {
			if len(kind.txt) == 0 {
				t.Errorf("%s has no TXT", kind.service)
			}
			for _, pair := range kind.txt {
				key, value, ok := strings.Cut(pair, "=")
				if !ok || value == "" || len(pair) > 255 || key == "p" || key == "u" {
					t.Errorf("%s has TXT %q", kind.service, pair)
				}
				if want := map[bool]string{false: "none", true: "passcode"}[passcode]; key == "auth" && value != want {
					t.Errorf("%s has TXT %q, want %s", kind.service, pair, want)
				}
			}
		}
	}
}

// Who opens what is announced as _http._tcp writes http:// before it.
func TestHTTPSIsAnnouncedAsSuch(t *testing.T) {
	var said []string
	for _, kind := range kinds(Service{ID: "5eed", Fingerprint: strings.Repeat("ab", 32)}) {
		said = append(said, kind.service+" "+strings.Join(kind.txt, " "))
	}
	want := []string{"_https._tcp path=/",
		"_mjpeg._tcp path=/stream.mjpg snapshot=/snapshot.jpg auth=none id=5eed scheme=https sha256=" + strings.Repeat("ab", 32)}
	if !slices.Equal(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
}

// addressed is an interface of a network.
func addressed(flags net.Flags, addresses ...string) Interface {
	i := Interface{Interface: net.Interface{Index: 2, Name: "eth0", Flags: flags}}
	for _, a := range addresses {
		i.Addresses = append(i.Addresses, netip.MustParsePrefix(a))
	}
	return i
}

const working = net.FlagUp | net.FlagRunning | net.FlagMulticast | net.FlagBroadcast

func TestListenAddressChoosesTheInterface(t *testing.T) {
	n := Network{Interfaces: []Interface{addressed(working, "10.0.0.1/24", "fd00::1/64", "fe80::1/64")}}
	for listen, want := range map[string]int{
		"": 1, "::": 1, "0.0.0.0": 1, "10.0.0.1": 1, "::ffff:10.0.0.1": 1, "fe80::1%eth0": 1, "10.0.0.9": 0, "127.0.0.1": 0,
	} {
		var address netip.Addr
		if listen != "" {
			address = netip.MustParseAddr(listen)
		}
		if got := n.reachable(address); len(got) != want {
			t.Errorf("%q: %v, want %v", listen, got, want)
		}
	}
}

func TestInterfacesThatReachNobodyAreLeftOut(t *testing.T) {
	for what, i := range map[string]Interface{
		"loopback":    addressed(working|net.FlagLoopback, "127.0.0.1/8"),
		"tunnel":      addressed(working|net.FlagPointToPoint, "10.0.0.1/24"),
		"unplugged":   addressed(working&^net.FlagRunning, "10.0.0.1/24"),
		"down":        addressed(working&^net.FlagUp, "10.0.0.1/24"),
		"unaddressed": addressed(working),
		"unicast":     addressed(working&^net.FlagMulticast, "10.0.0.1/24"),
	} {
		if got := (Network{Interfaces: []Interface{i}}).reachable(netip.Addr{}); len(got) > 0 {
			t.Errorf("%s: %v", what, got)
		}
	}
}

func TestPublishedAddresses(t *testing.T) {
	for _, c := range []struct {
		has  []string
		want string
	}{
		{[]string{"10.0.0.1/24", "10.0.1.1/24"}, "[10.0.0.1 10.0.1.1]"},
		{[]string{"fe80::1/64", "10.0.0.1/24"}, "[10.0.0.1 fe80::1]"},
		{[]string{"fe80::1/64", "10.0.0.1/24", "fd00::1/64"}, "[10.0.0.1 fd00::1]"},
		{[]string{"127.0.0.1/8", "::1/128"}, "[]"},
	} {
		if got := fmt.Sprint(addressed(working, c.has...).published()); got != c.want {
			t.Errorf("%v: %s, want %s", c.has, got, c.want)
		}
	}
}

func TestMistakesAreRefused(t *testing.T) {
	for _, s := range []Service{{Name: "", Port: 8080}, {Name: "\n", Port: 8080}, {Name: "Door", Port: 0}, {Name: "Door", Port: 65536}} {
		if a, err := Announce(s, func(Status) {}); err == nil {
			a.Close()
			t.Errorf("announces %+v", s)
		}
	}
}
