package discovery

import (
	"net/netip"
	"slices"
)

// link is a network interface on which streams are looked for.
type link struct {
	index    int
	name     string
	prefixes []netip.Prefix
}

// linkOf guesses a sender's link from its zone or network; it returns zero for none.
func (c *cache) linkOf(from netip.Addr) int {
	for index, l := range c.links {
		if from.Zone() == l.name || from.Zone() == "" && l.holds(from) {
			return index
		}
	}
	return 0
}

// reaches tells whether an address may belong to a machine on the link. An announcement
// must not lead to machines elsewhere, or to services on this machine's loopback interface.
func (l link) reaches(address netip.Addr) bool {
	if address.IsPrivate() || address.IsLinkLocalUnicast() {
		return true
	}
	return address.IsGlobalUnicast() && l.holds(address)
}

// isOwn tells whether an address is this machine's. Only this machine may announce what
// runs on it: others would lead its user to services that trust whoever asks from here.
func (c *cache) isOwn(address netip.Addr) bool {
	for _, l := range c.links {
		if slices.ContainsFunc(l.prefixes, func(p netip.Prefix) bool { return p.Addr() == address.WithZone("") }) {
			return true
		}
	}
	return false
}

// holds tells whether an address is in one of the link's networks.
func (l link) holds(address netip.Addr) bool {
	return slices.ContainsFunc(l.prefixes, func(p netip.Prefix) bool { return p.Contains(address) })
}
