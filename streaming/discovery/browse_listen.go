package discovery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/time/rate"
)

// Who floods the network gets this many packets a second read; the kernel drops
// the rest.
const (
	mostPackets   = 500
	packetsAtOnce = 1000
)

// reply is a response of multicast DNS.
type reply struct {
	link    int        // the index of the interface that it came in on; 0 where the system does not tell
	from    netip.Addr // with the zone of a link-local one
	records []dns.RR
}

// listener hears the responses of multicast DNS on the links that it has joined:
// zeroconf's browser tells neither of goodbyes nor of what changes, and not on
// which interface it heard something. It shares the port with everybody else.
type listener struct {
	v4 *ipv4.PacketConn // nil for none
	v6 *ipv6.PacketConn // nil for none

	heard   chan reply
	reading sync.WaitGroup
}

// listen opens the sockets. Packets arrive in heard until close.
func listen(ctx context.Context) (*listener, error) {
	l := &listener{heard: make(chan reply, 64)}
	// Package net binds to a multicast address by sharing the port.
	v4, err4 := net.ListenUDP("udp4", group4)
	v6, err6 := net.ListenUDP("udp6", group6)
	if err4 != nil && err6 != nil {
		return nil, fmt.Errorf("cannot look for streams on the network; is UDP port 5353 taken by a program that does not share it?: %w", err4)
	}
	limit := rate.NewLimiter(mostPackets, packetsAtOnce)
	if err4 == nil {
		l.v4 = ipv4.NewPacketConn(v4)
		// Windows cannot tell the interface: see cache.linkOf.
		_ = l.v4.SetControlMessage(ipv4.FlagInterface|ipv4.FlagDst, true)
		l.reading.Go(func() { l.read(ctx, limit, l.receive4) })
	}
	if err6 == nil {
		l.v6 = ipv6.NewPacketConn(v6)
		_ = l.v6.SetControlMessage(ipv6.FlagInterface|ipv6.FlagDst, true)
		l.reading.Go(func() { l.read(ctx, limit, l.receive6) })
	}
	return l, nil
}

// close ends the reading and waits for it. The context of listen must have ended.
func (l *listener) close() {
	if l.v4 != nil {
		l.v4.Close()
	}
	if l.v6 != nil {
		l.v6.Close()
	}
	l.reading.Wait()
}

// join has the links' packets delivered. Those that were joined before stay so,
// and the kernel leaves those that are gone.
func (l *listener) join(links []link) {
	for _, one := range links {
		i := &net.Interface{Index: one.index}
		if l.v4 != nil {
			_ = l.v4.JoinGroup(i, group4) // fails where it was joined before
		}
		if l.v6 != nil {
			_ = l.v6.JoinGroup(i, group6)
		}
	}
}

// receive4 reads a packet, its sender, and where it came in and was sent to.
func (l *listener) receive4(buffer []byte) (n, link int, to net.IP, from net.Addr, err error) {
	n, control, from, err := l.v4.ReadFrom(buffer)
	if control != nil {
		link, to = control.IfIndex, control.Dst
	}
	return n, link, to, from, err
}

func (l *listener) receive6(buffer []byte) (n, link int, to net.IP, from net.Addr, err error) {
	n, control, from, err := l.v6.ReadFrom(buffer)
	if control != nil {
		link, to = control.IfIndex, control.Dst
	}
	return n, link, to, from, err
}

// read passes on what comes until the socket is closed.
func (l *listener) read(ctx context.Context, limit *rate.Limiter, receive func([]byte) (int, int, net.IP, net.Addr, error)) {
	buffer := make([]byte, maxPacket+1)
	for limit.Wait(ctx) == nil {
		n, link, to, from, err := receive(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		sender, ok := from.(*net.UDPAddr)
		// Responses come from the port of multicast DNS (RFC 6762, section 6), and
		// those to the group from this link, since no router passes it on.
		if err != nil || !ok || sender.Port != mdnsPort || to != nil && !to.IsMulticast() {
			continue
		}
		records := readPacket(buffer[:n])
		if len(records) == 0 {
			continue
		}
		select {
		case l.heard <- reply{link, sender.AddrPort().Addr().Unmap(), records}:
		case <-ctx.Done():
			return
		}
	}
}

// send asks a question on a link.
func (l *listener) send(question []byte, link int) {
	// What cannot be sent now is asked again later.
	if l.v4 != nil {
		_, _ = l.v4.WriteTo(question, &ipv4.ControlMessage{IfIndex: link}, group4)
	}
	if l.v6 != nil {
		_, _ = l.v6.WriteTo(question, &ipv6.ControlMessage{IfIndex: link}, group6)
	}
}
