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
		host = ownAddress()
	}
	return netip.AddrPortFrom(host, bound.Port())
}

func pageAt(hostPort string) string {
	return (&url.URL{Scheme: "http", Host: hostPort, Path: "/"}).String()
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

func ownAddress() netip.Addr {
	if addr, ok := routedAddress(); ok {
		return addr
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return loopback
	}
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		if err == nil && prefix.Addr().Is4() && prefix.Addr().IsGlobalUnicast() {
			return prefix.Addr()
		}
	}
	return loopback
}

// routedAddress asks the system which of its addresses it would use towards the
// internet. Connecting a UDP socket sends nothing; the address asked for is one
// of those kept for documentation (RFC 5737).
func routedAddress() (netip.Addr, bool) {
	conn, err := net.Dial("udp4", "192.0.2.1:9")
	if err != nil {
		return netip.Addr{}, false
	}
	defer conn.Close()
	addr := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr()
	return addr, !addr.IsLoopback()
}
