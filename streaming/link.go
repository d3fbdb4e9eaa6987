package streaming

import (
	"net"
	"net/netip"
	"net/url"

	"fanlight/streaming/discovery"
)

// link returns the page's address for people on the network: http://HOST:PORT/.
// HOST is what the listener is bound to; bound to every interface, it is this
// machine's address on the network with the default route, else on any network,
// else the loopback address.
func link(listening net.Addr) string {
	if address := reachedAt(listening); address.IsValid() {
		return pageAt(address.String())
	}
	return pageAt(listening.String())
}

// reachedAt is the address that link names; it is not valid if listening is none.
func reachedAt(listening net.Addr) netip.AddrPort {
	bound, err := netip.ParseAddrPort(listening.String())
	if err != nil {
		return netip.AddrPort{}
	}
	host := bound.Addr().Unmap()
	if host.IsUnspecified() {
		host = ownAddress(host.Is4())
	}
	return netip.AddrPortFrom(host, bound.Port())
}

func pageAt(hostPort string) string {
	return (&url.URL{Scheme: "http", Host: hostPort, Path: "/"}).String()
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// ownAddress prefers IPv4, which people can read out to each other, and takes nothing
// else if only4.
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
