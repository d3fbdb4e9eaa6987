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
// machine; where that is empty, this machine's address on a local network, of several the
// one with the default route; else a VPN's, else the loopback address.
func Link(listening net.Addr, host string, secure bool) string {
	return pageAt(hostPort(listening, host), secure)
}

func pageAt(hostPort string, secure bool) string {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: hostPort, Path: "/"}).String()
}

// NumberedLink is a link with an address of this machine.
type NumberedLink struct {
	Link      string
	Interface string // that has the address: "eth0"
}

// Links returns the links by number, one for each network that this machine is on, the most
// likely first. There is none if the listener is bound to one address.
func Links(listening net.Addr, secure bool) (links []NumberedLink) {
	bound, err := netip.ParseAddrPort(listening.String())
	if err != nil || !bound.Addr().IsUnspecified() {
		return nil
	}
	for _, own := range discovery.OwnAddresses(bound.Addr().Is4()) {
		at := netip.AddrPortFrom(own.Addr, bound.Port()).String()
		links = append(links, NumberedLink{pageAt(at, secure), own.Interface})
	}
	return links
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

// ownAddress returns this machine's address on the network; see Link. It returns an IPv4 one if
// only4.
func ownAddress(only4 bool) netip.Addr {
	if own := discovery.OwnAddresses(only4); len(own) > 0 {
		return own[0].Addr
	}
	return loopback
}
