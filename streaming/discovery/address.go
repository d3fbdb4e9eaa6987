package discovery

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
)

// OwnAddress is an address of this machine.
type OwnAddress struct {
	netip.Addr
	Interface string // "eth0"
}

// OwnAddresses returns the addresses of this machine that others can open, one a network, the
// most likely first; only IPv4 ones if only4. The default route does not decide: a VPN has
// it, whose address the local network does not reach. Networks inside this machine, such
// as those for containers, are left out unless there is no other.
func OwnAddresses(only4 bool) []OwnAddress {
	n, err := currentNetwork()
	if err != nil {
		return nil
	}
	return n.ownAddresses(only4)
}

func (n Network) ownAddresses(only4 bool) (own []OwnAddress) {
	type candidate struct {
		OwnAddress
		cost int
		last bool // worth showing only if it is the first
	}
	local := map[int]bool{}
	for _, i := range n.reachable(netip.Addr{}) {
		local[i.Index] = !i.nature.tunnel
	}
	var all []candidate
	for _, i := range n.Interfaces {
		var best candidate
		for _, prefix := range i.Addresses {
			a := prefix.Addr()
			cost, ok := n.cost(i, a, local[i.Index])
			if ok && (a.Is4() || !only4) && (!best.IsValid() || cost < best.cost) {
				inside := i.nature.port || i.nature.bridge && a != n.Outward
				best = candidate{OwnAddress{a, i.Name}, cost, inside || i.Flags&net.FlagRunning == 0}
			}
		}
		if best.IsValid() {
			all = append(all, best)
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.cost, b.cost) })
	for at, c := range all {
		if at == 0 || !c.last {
			own = append(own, c.OwnAddress)
		}
	}
	return own
}

// cost orders addresses, the most likely first: on a local network before a tunnel's; IPv4,
// which people can read out to each other, before IPv6, before what a machine gives itself
// where nobody assigns any; the default route's before others, and a bridge's, which may be
// for containers, last.
func (n Network) cost(i Interface, a netip.Addr, local bool) (cost int, ok bool) {
	switch {
	case a.IsGlobalUnicast() && a.Is6():
		cost = 10
	case a.IsLinkLocalUnicast() && a.Is4():
		cost = 20
	case !a.IsGlobalUnicast():
		return 0, false
	}
	if !local {
		cost += 100
	}
	switch {
	case a == n.Outward:
	case i.nature.bridge:
		cost += 2
	default:
		cost++
	}
	return cost, true
}
