package reach

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"

	"fanlight/streaming/discovery"
)

// Link returns the address of the page for people on the network: http://HOST:PORT/,
// or https with secure. HOST is what the listener is bound to. Bound to every
// interface, it is the host, a name such as "lamp.local" by which others find this
// machine; where that is empty, this machine's address on the network with the
// default route, else on any network, else the loopback address.
func Link(listening net.Addr, host string, secure bool) string {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: hostPort(listening, host), Path: "/"}).String()
}

func hostPort(listening net.Addr, host string) string {
	bound, err := netip.ParseAddrPort(listening.String())
	switch {
	case err != nil:
		return listening.String()
	case host != "" && bound.Addr().IsUnspecified():
		return net.JoinHostPort(host, strconv.Itoa(int(bound.Port())))
	default:
		return reachedAt(bound).String()
	}
}

// reachedAt returns the address and port at which others reach this machine.
func reachedAt(bound netip.AddrPort) netip.AddrPort {
	host := bound.Addr().Unmap()
	if host.IsUnspecified() {
		host = ownAddress(host.Is4())
	}
	return netip.AddrPortFrom(host, bound.Port())
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// ownAddress returns this machine's address on the network; see Link. It prefers IPv4,
// which people can read out to each other, and returns no other if only4.
func ownAddress(only4 bool) netip.Addr {
	if address := discovery.Outward("udp4"); address.IsValid() {
		return address
	}
	if address := discovery.Outward("udp6"); address.IsValid() && !only4 {
		return address
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return loopback
	}
	found := loopback
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		switch {
		case err != nil || !prefix.Addr().IsGlobalUnicast():
		case prefix.Addr().Is4():
			return prefix.Addr()
		case found == loopback && !only4:
			found = prefix.Addr()
		}
	}
	return found
}
