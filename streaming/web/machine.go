package web

import "net/netip"

// machine is what counts as one client machine: an IPv4 address, or an IPv6 network of 64
// bits, of which a machine can use every address. The loopback addresses, of which any
// local program can use every one, are one machine together.
type machine struct{ network netip.Prefix }

const (
	machineBits4 = 32
	machineBits6 = 64
)

var loopback = machine{netip.MustParsePrefix("127.0.0.0/8")}

// machineOf returns the machine of an address without a zone; the zero Addr has one too.
func machineOf(address netip.Addr) machine {
	switch {
	case address.IsLoopback():
		return loopback
	case address.Is4():
		return machine{within(address, machineBits4)}
	default:
		return machine{within(address, machineBits6)}
	}
}

// within returns the network of so many bits in which an address is.
func within(address netip.Addr, bits int) netip.Prefix {
	network, _ := address.Prefix(bits) // fails for the zero Addr only
	return network
}

// addressOf returns the address of ADDRESS:PORT, the zero Addr if there is none.
// IPv4 addresses mapped to IPv6 are unmapped and zones removed, so that a machine has one
// address.
func addressOf(hostPort string) netip.Addr {
	at, err := netip.ParseAddrPort(hostPort)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
