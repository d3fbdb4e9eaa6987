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
	"syscall"
	"time"
)

// Network is how this machine is joined to others at one time.
type Network struct {
	// Interfaces are those that are up, the loopback interface among them.
	Interfaces []Interface
	// Outward is the address on the interface with the default route for IPv4; it
	// is invalid where there is none.
	Outward netip.Addr
}

// Interface is a network interface that is up, with its addresses.
type Interface struct {
	net.Interface
	Addresses []netip.Prefix
}

const (
	// settling is how long the network must be quiet before it counts as changed: a
	// switch of Wi-Fi is a burst of small changes. A network that never is quiet
	// counts as changed after unsettled.
	settling  = time.Second
	unsettled = 3 * time.Second
	// looking is the time between two looks where the system does not tell of changes.
	looking = 5 * time.Second
)

// Networks yields the network as it is now, and again each time that an
// interface, an address or the default route has changed, until ctx ends or the
// loop is left. Linux tells of a change at once (rtnetlink(7)); elsewhere it is
// found within five seconds. No change is missed while the loop's body runs: what
// is yielded is always the newest.
func Networks(ctx context.Context) iter.Seq[Network] {
	return func(yield func(Network) bool) {
		hints, stop := hintOfChanges()
		defer stop()
		watch(ctx, hints, currentNetwork)(yield)
	}
}

// watch looks at the network after each hint, and now and then without one.
func watch(ctx context.Context, hints <-chan struct{}, look func() (Network, error)) iter.Seq[Network] {
	return func(yield func(Network) bool) {
		var shown *Network
		for {
			if now, err := look(); err == nil && (shown == nil || !reflect.DeepEqual(*shown, now)) {
				shown = &now
				if !yield(now) {
					return
				}
			}
			select {
			case <-hints:
				settle(ctx, hints)
			case <-time.After(looking):
			case <-ctx.Done():
			}
			if ctx.Err() != nil {
				return
			}
		}
	}
}

// settle returns when there are no more hints for a while.
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

// hintOfChanges sends when something may have changed, until stop. Where the system
// does not tell, it never does.
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

// readChanges sends for each message. What it says does not matter: the network
// is looked at anew. So one that was lost because too many came counts as well.
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
	n := Network{Outward: outward()}
	for _, one := range all {
		if one.Flags&net.FlagUp == 0 {
			continue
		}
		addresses, err := one.Addrs()
		if err != nil {
			continue // it went away meanwhile
		}
		i := Interface{Interface: one}
		for _, a := range addresses {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil {
				i.Addresses = append(i.Addresses, prefix)
			}
		}
		n.Interfaces = append(n.Interfaces, i)
	}
	return n, nil
}

// outward asks the system which of its addresses it would use towards the
// internet. Connecting a UDP socket sends nothing; the address asked for is one
// of those kept for documentation (RFC 5737).
func outward() netip.Addr {
	conn, err := net.Dial("udp4", "192.0.2.1:9")
	if err != nil {
		return netip.Addr{}
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr()
}
