package web

import (
	"net/http"
	"net/netip"

	"fanlight/streaming/reach"
)

// machine is what counts as one client machine: a neighbour's link-layer address, else an
// IPv4 address, or an IPv6 network of 64 bits. A machine can use every address of such a
// network, but on a local one many machines share it; see [reach.Neighbour]. The loopback
// addresses, of which any local program can use every one, are one machine together.
type machine struct {
	network  netip.Prefix
	hardware string // of a neighbour with an IPv6 address, which then has no network
}

const (
	machineBits4 = 32
	machineBits6 = 64
)

var loopback = machine{network: netip.MustParsePrefix("127.0.0.0/8")}

// machineOf returns the machine of an address that is no neighbour's.
func machineOf(address netip.Addr) machine {
	switch {
	case address.IsLoopback():
		return loopback
	case address.Is4():
		return machine{network: within(address, machineBits4)}
	default:
		return machine{network: within(address, machineBits6)}
	}
}

// within returns the network of so many bits in which an address is.
func within(address netip.Addr, bits int) netip.Prefix {
	network, _ := address.Prefix(bits) // fails for the zero Addr only
	return network
}

// client is who sends a request. The address is without a zone.
type client struct {
	address netip.Addr
	machine machine
}

// clientAt returns the client at an address that may have a zone.
func clientAt(zoned netip.Addr) client {
	address := zoned.WithZone("")
	if hardware := reach.Neighbour(zoned); hardware != "" {
		return client{address, machine{hardware: hardware}}
	}
	return client{address, machineOf(address)}
}

// clientOf returns the client of a request that has passed [Server.unproxied].
func clientOf(r *http.Request) client {
	if conn := connOf(r.Context()); conn != nil {
		return conn.sender()
	}
	return clientAt(zonedOf(r.RemoteAddr))
}

// zonedOf returns the address of ADDRESS:PORT, the zero Addr if there is none. IPv4
// addresses mapped to IPv6 are unmapped.
func zonedOf(hostPort string) netip.Addr {
	at, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

// addressOf is like zonedOf, but removes the zone, so that a machine has one address.
func addressOf(hostPort string) netip.Addr { return zonedOf(hostPort).WithZone("") }
