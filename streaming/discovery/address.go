package discovery

import "net/netip"

// OwnAddress returns the address of this machine that others on its network can most likely
// open, an IPv4 one if only4; it is invalid if there is none. The default route does not decide:
// a VPN has it, whose address the local network does not reach.
func OwnAddress(only4 bool) netip.Addr {
	n, err := currentNetwork()
	if err != nil {
		return netip.Addr{}
	}
	return n.best(only4)
}

func (n Network) best(only4 bool) (best netip.Addr) {
	local := map[int]bool{}
	for _, i := range n.reachable(netip.Addr{}) {
		local[i.Index] = !i.nature.tunnel
	}
	least := 0
	for _, i := range n.Interfaces {
		for _, prefix := range i.Addresses {
			a := prefix.Addr()
			cost, ok := n.cost(i, a, local[i.Index])
			if ok && (a.Is4() || !only4) && (!best.IsValid() || cost < least) {
				best, least = a, cost
			}
		}
	}
	return best
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
