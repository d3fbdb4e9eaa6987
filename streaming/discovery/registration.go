package discovery

import (
	"net"
	"net/netip"
	"runtime"
	"slices"
)

// keeps tells whether what is registered stays on some of the interfaces as it is, so that
// a change of the others, a container's for one, need not be heard there.
func (s *speaker) keeps() bool {
	return s.withdraw != nil && s.registered.service == s.service && s.registered.instance == numbered(s.label, s.number) &&
		s.registered.host == numberedHost(hostLabel(), s.hostNumber) && len(s.fresh) < len(s.everywhere)
}

// changed returns the interfaces that are new, or have other addresses than were announced.
// After a sleep of the machine, when nothing has changed, it returns all.
func (s *speaker) changed() []Interface {
	var all []Interface
	for _, i := range s.everywhere {
		if !slices.ContainsFunc(s.registeredWith, func(was Interface) bool { return sameInterface(i, was) && slices.Equal(i.published(), was.published()) }) {
			all = append(all, i)
		}
	}
	if len(all) == 0 && len(s.everywhere) == len(s.registeredWith) {
		return s.everywhere
	}
	return all
}

func sameInterface(a, b Interface) bool { return a.Index == b.Index && a.Name == b.Name }

// alone tells whether the speaker answers on the interfaces without zeroconf, which tells all
// addresses of an interface, also those that are about to go.
func alone(interfaces []Interface) bool {
	return slices.ContainsFunc(interfaces, func(i Interface) bool { return len(i.nature.deprecated) > 0 })
}

// unasked returns those of the interfaces on which zeroconf says anything unasked. On Linux
// that is the loopback interface: it answers on all the same (see isRegistered), and what it
// announces the speaker does. So it can be done without, and again with, without a goodbye on
// the network; and no goodbye of its ends the types, which others have as well.
func unasked(interfaces []Interface) []Interface {
	within := slices.DeleteFunc(slices.Clone(interfaces), func(i Interface) bool { return i.Flags&net.FlagLoopback == 0 })
	if runtime.GOOS != "linux" || len(within) == 0 {
		return interfaces
	}
	return within
}

// isRegistered tells whether the names are registered already. Addresses may
// have changed: zeroconf looks them up for each answer. On Linux interfaces may have as
// well: its sockets hear all those that a socket of this machine has joined
// (IP_MULTICAST_ALL, ip(7)).
func (s *speaker) isRegistered() bool {
	was := s.registered
	was.hostOurs = s.now.hostOurs
	return s.withdraw != nil && was == s.now &&
		(runtime.GOOS == "linux" || slices.EqualFunc(s.registeredWith, s.everywhere, sameInterface))
}

// forgetAddresses sends goodbyes for addresses that the interfaces no longer have.
func (s *speaker) forgetAddresses() {
	for _, i := range s.everywhere {
		before := slices.IndexFunc(s.registeredWith, func(was Interface) bool { return sameInterface(i, was) })
		if before < 0 {
			continue
		}
		gone := slices.DeleteFunc(s.registeredWith[before].published(), func(a netip.Addr) bool { return slices.Contains(i.published(), a) })
		if len(gone) > 0 {
			s.port.send(i, response(hostRecords(s.now.hostName(), gone, 0, 0)))
		}
	}
}

// takeBack withdraws what is registered, with goodbyes.
func (s *speaker) takeBack() {
	if s.withdraw == nil {
		return
	}
	s.withdraw()
	s.withdraw = nil
	if s.port == nil {
		return
	}
	for _, i := range s.registeredWith {
		s.port.send(i, response(s.registered.records(i.published(), 0)))
	}
}
