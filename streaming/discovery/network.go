package discovery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"syscall"
	"time"
)

// Network is the state of this machine's network interfaces at one time.
type Network struct {
	// Interfaces are those that are up, the loopback interface among them.
	Interfaces []Interface
	// Outward is the address on the interface with the default route for IPv4, else
	// IPv6; it is invalid where there is none.
	Outward netip.Addr
	// Host is this machine's host name without a domain.
	Host string
}

// Interface is a network interface that is up, with its addresses.
type Interface struct {
	net.Interface
	Addresses []netip.Prefix
	nature    nature
}

// nature is what Linux tells of an interface besides.
type nature struct {
	bridge, port bool         // a bridge, or a port of one: packets are the bridge's
	tunnel       bool         // to a program on this machine, such as a VPN's
	deprecated   []netip.Addr // addresses that are about to go: others should not begin to use them
}

const (
	// settling is how long the network must be quiet before a change is reported: changing
	// the Wi-Fi makes a burst of small ones. If it is never quiet, the change is reported
	// after unsettled.
	settling  = time.Second
	unsettled = 3 * time.Second
	// looking is the time between two looks if the system does not report changes, and
	// checking if it does: then only a sleep of the machine need be noticed.
	looking  = 5 * time.Second
	checking = 30 * time.Second
	// aNap is the shortest sleep of the machine that counts as one.
	aNap = 10 * time.Second
)

// Networks yields the network as it is now, and again each time that an
// interface, an address, the default route or this machine's name has changed or the
// machine has slept,
// until ctx ends or the loop is left. Linux reports a change at once (rtnetlink(7)); elsewhere it is
// noticed within five seconds. No change is missed while the loop's body runs: what
// is yielded is always the newest.
func Networks(ctx context.Context) iter.Seq[Network] {
	return func(yield func(Network) bool) {
		hints, stop := hintOfChanges()
		defer stop()
		every := looking
		if hints != nil {
			every = checking
		}
		watch(ctx, hints, every, currentNetwork, sleeps())(yield)
	}
}

// watch looks at the network after each hint, and every so often without one. slept
// reports whether the machine has slept since it was last called.
func watch(ctx context.Context, hints <-chan struct{}, every time.Duration, look func() (Network, error), slept func() bool) iter.Seq[Network] {
	return func(yield func(Network) bool) {
		var shown *Network
		for {
			anew := slept()
			if now, err := look(); err == nil && (anew || shown == nil || !reflect.DeepEqual(*shown, now)) {
				shown = &now
				if !yield(now) {
					return
				}
			}
			select {
			case <-hints:
				settle(ctx, hints)
			case <-time.After(every):
			case <-ctx.Done():
			}
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// sleeps detects that the machine has slept, in which time others forgot it: the wall
// clock ran, but not the monotonic one (Linux: clock_gettime(2)).
func sleeps() (slept func() bool) {
	last := time.Now()
	return func() bool {
		now := time.Now()
		wall, counted := now.Round(0).Sub(last.Round(0)), now.Sub(last)
		last = now
		return wall-counted > aNap
	}
}

// settle waits until no more hints come for a while.
func settle(ctx context.Context, hints <-chan struct{}) {
	for enough := time.After(unsettled); ; {
		select {
		case <-hints:
		case <-time.After(settling):
			return
		case <-enough:
			return
		case <-ctx.Done():
			return
		}
	}
}

// hintOfChanges sends when something may have changed, until stop. It never sends if the
// system does not report changes.
func hintOfChanges() (hints <-chan struct{}, stop func()) {
	told, err := openChanges()
	if err != nil {
		return nil, func() {}
	}
	sent, done := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(done)
		readChanges(told, sent)
	}()
	return sent, func() { told.Close(); <-done }
}

// readChanges sends for each message. The content does not matter, since the network is
// read anew; so an error that messages were lost counts as well.
func readChanges(told io.Reader, sent chan<- struct{}) {
	buffer := make([]byte, 4096)
	for {
		if _, err := told.Read(buffer); err != nil && !errors.Is(err, syscall.ENOBUFS) {
			return
		}
		select {
		case sent <- struct{}{}:
		default: // one is waiting already
		}
	}
}

func currentNetwork() (Network, error) {
	all, err := net.Interfaces()
	if err != nil {
		return Network{}, fmt.Errorf("the network interfaces are not readable: %w", err)
	}
	n := Network{Outward: outward("udp4"), Host: hostLabel()}
	if !n.Outward.IsValid() {
		n.Outward = outward("udp6")
	}
	for _, one := range all {
		if one.Flags&net.FlagUp == 0 {
			continue
		}
		addresses, err := one.Addrs()
		if err != nil {
			continue // it is gone by now
		}
		i := Interface{Interface: one}
		for _, a := range addresses {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil {
				i.Addresses = append(i.Addresses, prefix)
			}
		}
		n.Interfaces = append(n.Interfaces, i)
	}
	tellNatures(n.Interfaces)
	return n, nil
}

// outward asks the system which of its addresses it would use towards the internet
// over a network, "udp4" or "udp6"; it is not valid where there is none. Connecting
// a UDP socket sends nothing; the addresses asked for are of those kept for
// documentation (RFC 5737, RFC 3849).
func outward(network string) netip.Addr {
	internet := "192.0.2.1:9"
	if network == "udp6" {
		internet = "[2001:db8::1]:9"
	}
	conn, err := net.Dial(network, internet)
	if err != nil {
		return netip.Addr{}
	}
	defer conn.Close()
	if address := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr(); address.IsGlobalUnicast() {
		return address
	}
	return netip.Addr{}
}

// reachable returns the interfaces on which a server listening on the address is
// reached by multicast; the zero address and the unspecified ones stand for all.
// Point-to-point interfaces are tunnels to other networks, where nobody should
// learn of a camera unasked; avahi leaves them out as well
// (allow-point-to-point=no). One without a cable in it is none, nor is a port of a bridge:
// the bridge is.
func (n Network) reachable(listen netip.Addr) []Interface {
	const want, not = net.FlagUp | net.FlagRunning | net.FlagMulticast, net.FlagLoopback | net.FlagPointToPoint
	return slices.DeleteFunc(slices.Clone(n.Interfaces), func(i Interface) bool {
		return i.Flags&want != want || i.Flags&not != 0 || i.nature.port || !i.has(listen)
	})
}

// loopbacks returns the loopback interfaces. zeroconf announces there, and answers, since its
// sockets hear every interface of the machine (IP_MULTICAST_ALL, ip(7)); the
// goodbye must follow, or this machine's own avahi-daemon goes on listing the stream.
func (n Network) loopbacks() []Interface {
	return slices.DeleteFunc(slices.Clone(n.Interfaces), func(i Interface) bool { return i.Flags&net.FlagLoopback == 0 })
}

// addresses returns this machine's, without zones.
func (n Network) addresses() map[netip.Addr]bool {
	all := map[netip.Addr]bool{}
	for _, i := range n.Interfaces {
		for _, prefix := range i.Addresses {
			all[prefix.Addr()] = true
		}
	}
	return all
}

// has tells whether the interface has the address, or any if it is unspecified.
func (i Interface) has(listen netip.Addr) bool {
	if !listen.IsValid() || listen.IsUnspecified() {
		return len(i.Addresses) > 0
	}
	return slices.ContainsFunc(i.Addresses, func(p netip.Prefix) bool { return p.Addr() == listen.Unmap().WithZone("") })
}

// published returns the addresses that others on the interface are told, the same as
// zeroconf tells: those of IPv4, and those of IPv6 that hold beyond the link, or the
// link-local ones where there are no others, but none that are about to go. avahi-daemon
// tells no fewer.
func (i Interface) published() []netip.Addr {
	var all, linkLocal []netip.Addr
	wide := false
	for _, prefix := range i.Addresses {
		switch a := prefix.Addr(); {
		case a.IsLoopback(), slices.Contains(i.nature.deprecated, a):
		case a.Is4():
			all = append(all, a)
		case a.IsGlobalUnicast():
			all, wide = append(all, a), true
		case a.IsLinkLocalUnicast():
			linkLocal = append(linkLocal, a)
		}
	}
	if wide {
		return all
	}
	return append(all, linkLocal...)
}
