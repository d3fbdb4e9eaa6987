package web

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
)

// TestOneMachineWithManyAddressesIsOne has a neighbour with several addresses on a local
// network, another one on that network, and a third machine behind a router.
func TestOneMachineWithManyAddressesIsOne(t *testing.T) {
	needNetworks(t)
	server, first, second := newPlace(t), newPlace(t), newPlace(t)
	server.run(t, "ip link add bridge type bridge")
	for port, p := range []*place{first, second} {
		server.run(t, "ip link add port%d type veth peer name port netns %d", port, p.thread)
		server.run(t, "ip link set port%d master bridge up", port)
		p.run(t, "ip link set port up")
		p.run(t, "ip link set lo up")
		for address := range 3 {
			p.run(t, "ip addr add fd66::%d:%d/64 dev port nodad", port+1, address+1)
		}
	}
	server.run(t, "ip addr add fd66::5/64 dev bridge nodad")
	server.run(t, "ip addr add 192.0.2.5/24 dev bridge")
	server.run(t, "ip link set bridge up")
	first.run(t, "ip addr add 192.0.2.1/24 dev port")
	first.run(t, "ip addr add fd67::1/64 dev lo nodad") // as if it were a router to there
	first.run(t, "ip addr add fd67::2/64 dev lo nodad")
	server.run(t, "ip route add fd67::/64 via fd66::1:1")

	seen := func(p *place, from, to string) (seen client) {
		t.Helper()
		listener := server.listen(t, net.JoinHostPort(to, "0"))
		defer listener.Close()
		dialled := p.dialFrom(t, from, listener.Addr().String())
		defer dialled.Close()
		accepted, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer accepted.Close()
		server.do(t, func() error {
			seen = clientAt(zonedOf(accepted.RemoteAddr().String()))
			return nil
		})
		if seen.address.String() != from {
			t.Fatalf("%s is seen as %v", from, seen.address)
		}
		return seen
	}
	one, other := seen(first, "fd66::1:1", "fd66::5").machine, seen(second, "fd66::2:1", "fd66::5").machine
	if one == other || one.hardware == "" || other.hardware == "" {
		t.Errorf("two neighbours are %+v and %+v", one, other)
	}
	for address := range 3 {
		if again := seen(first, fmt.Sprintf("fd66::1:%d", address+1), "fd66::5").machine; again != one {
			t.Errorf("a neighbour's address number %d is another machine: %+v", address, again)
		}
	}
	behind := machine{network: netip.MustParsePrefix("fd67::/64")}
	for _, address := range []string{"fd67::1", "fd67::2"} {
		if far := seen(first, address, "fd66::5").machine; far != behind {
			t.Errorf("%s behind a router is %+v", address, far)
		}
	}
	if four := seen(first, "192.0.2.1", "192.0.2.5").machine; four != (machine{network: netip.MustParsePrefix("192.0.2.1/32")}) {
		t.Errorf("an IPv4 neighbour is %+v", four)
	}
}
