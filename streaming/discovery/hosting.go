package discovery

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// isHostProposed tells whether a packet is a probe for the host name by another responder
// on this machine, such as a starting avahi-daemon. It gets the name.
func (s *speaker) isHostProposed(p packet) bool {
	return s.isOwnSender(p) && len(hostAddresses(p.message.Ns, s.now.hostName())) > 0
}

// lookAtHost schedules a check of who answers for the host name.
func (s *speaker) lookAtHost() {
	s.agenda.by(later(time.Now().Add(hostPause), s.hosted.Add(hostApart)), task{work: hosting})
}

// hearHost handles answers about the host name.
func (s *speaker) hearHost(p packet, records []dns.RR) {
	mine := func(a netip.Addr) bool { return s.own[a] }
	alive := slices.DeleteFunc(slices.Clone(records), func(r dns.RR) bool { return r.Header().Ttl == 0 })
	named := hostAddresses(alive, s.now.hostName())
	isOurs := slices.ContainsFunc(named, mine)
	switch {
	case len(named) > 0 && !isOurs && (!s.announced || s.now.hostOurs && s.losesHost(p, named)):
		s.hostNumber++
		s.fresh = s.everywhere
		s.try(s.pause(s.hostNumber))
	case len(named) > 0 && !isOurs && s.now.hostOurs:
		s.announceAgain() // so that the other machine gives way
	case isOurs && !s.announced && !s.isComposed(records):
		s.now.hostOurs = false
	case s.announced && !s.now.hostOurs && s.isOwnSender(p) && s.hasLeft(records):
		s.lookAtHost()
	}
}

// losesHost tells whether this machine must give way to another of the same name.
func (s *speaker) losesHost(p packet, others []netip.Addr) bool {
	for _, i := range s.interfaces {
		if i.Index == p.index || p.index == 0 {
			return compareHosts(i.published(), others) < 0
		}
	}
	return false
}

// isComposed tells whether an answer was sent by zeroconf for us: it adds the host's
// addresses to each answer, although it does not answer questions for them.
func (s *speaker) isComposed(records []dns.RR) bool {
	return slices.ContainsFunc(records, func(r dns.RR) bool {
		return s.now.isInstance(r.Header().Name) || s.withdraw != nil && s.registered.isInstance(r.Header().Name)
	})
}

// hasLeft tells whether another responder on this machine has given up the host name,
// or changed it.
func (s *speaker) hasLeft(records []dns.RR) bool {
	return slices.ContainsFunc(records, func(r dns.RR) bool {
		a, ok := addressOf(r)
		isName := strings.EqualFold(r.Header().Name, s.now.hostName())
		return ok && s.own[a] && isName == (r.Header().Ttl == 0)
	})
}

// hostAddresses are the addresses of a host in records.
func hostAddresses(records []dns.RR, host string) []netip.Addr {
	var all []netip.Addr
	for _, r := range records {
		if a, ok := addressOf(r); ok && strings.EqualFold(r.Header().Name, host) {
			all = append(all, a)
		}
	}
	return all
}

func addressOf(record dns.RR) (netip.Addr, bool) {
	var a netip.Addr
	var ok bool
	switch r := record.(type) {
	case *dns.A:
		a, ok = netip.AddrFromSlice(r.A)
	case *dns.AAAA:
		a, ok = netip.AddrFromSlice(r.AAAA)
	}
	return a.Unmap(), ok
}
