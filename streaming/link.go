package streaming

import (
	"net"
	"net/netip"
	"net/url"
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
	if address, ok := routedAddress("udp4", "192.0.2.1:9"); ok {
		return address
	}
	if address, ok := routedAddress("udp6", "[2001:db8::1]:9"); ok && !only4 {
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

// routedAddress asks the system which of its addresses it would use towards the
// internet. Connecting a UDP socket sends nothing; the addresses asked for are of
// those kept for documentation (RFC 5737, RFC 3849).
func routedAddress(network, internet string) (netip.Addr, bool) {
	conn, err := net.Dial(network, internet)
	if err != nil {
		return netip.Addr{}, false
	}
	defer conn.Close()
	addr := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr()
	return addr, addr.IsGlobalUnicast()
}
