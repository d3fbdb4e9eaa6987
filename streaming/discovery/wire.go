package discovery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/time/rate"
)

const (
	mdnsPort = 5353
	// maxPacket is the largest message of multicast DNS (RFC 6762, section 17).
	maxPacket = 9000
	// hops is the TTL that shows a receiver that no router was crossed (RFC 6762, section 11).
	hops = 255
	// At most this many packets are read per second; in a flood the kernel drops the rest.
	mostPackets   = 500
	packetsAtOnce = 1000
)

var (
	group4 = &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: mdnsPort}
	group6 = &net.UDPAddr{IP: net.ParseIP("ff02::fb"), Port: mdnsPort}
)

// packet is a received message.
type packet struct {
	message *dns.Msg
	from    netip.AddrPort
	index   int // of the interface; 0 if the system does not tell
}

// fromResponder tells whether the sender is a multicast DNS responder. Others are legacy
// resolvers, which ask once and expect a unicast answer (RFC 6762, section 6.7).
func (p packet) fromResponder() bool { return p.from.Port() == mdnsPort }

// wire sends and receives multicast DNS over IPv4 and IPv6 on the joined interfaces.
// It has sockets of its own because zeroconf's are private and do not show goodbyes or
// the interface of a packet. It is for one goroutine.
type wire struct {
	v4      *ipv4.PacketConn   // nil without IPv4
	v6      *ipv6.PacketConn   // nil without IPv6
	members []*ipv4.PacketConn // sockets that are members of groups for v4; they receive nothing
	packets chan packet
	ctx     context.Context // ends with close
	stop    context.CancelFunc
	reading sync.WaitGroup
}

// openWire opens the sockets. Nothing is received before join.
func openWire() (*wire, error) {
	w := &wire{packets: make(chan packet, 64)}
	w.ctx, w.stop = context.WithCancel(context.Background())
	limit := rate.NewLimiter(mostPackets, packetsAtOnce)
	// The net package shares the port of a multicast address.
	udp4, err4 := net.ListenUDP("udp4", group4)
	udp6, err6 := net.ListenUDP("udp6", group6)
	if err4 != nil && err6 != nil {
		w.stop()
		return nil, fmt.Errorf("is UDP port %d taken by a program that does not share it?: %w", mdnsPort, errors.Join(err4, err6))
	}
	// Control messages are optional: Windows reports no interface.
	if err4 == nil {
		w.v4 = ipv4.NewPacketConn(udp4)
		_ = w.v4.SetControlMessage(ipv4.FlagInterface|ipv4.FlagDst, true)
		_ = w.v4.SetMulticastTTL(hops)
		_ = w.v4.SetMulticastLoopback(true)
		w.reading.Go(func() { w.read(limit, w.receive4) })
	}
	if err6 == nil {
		w.v6 = ipv6.NewPacketConn(udp6)
		_ = w.v6.SetControlMessage(ipv6.FlagInterface|ipv6.FlagDst, true)
		_ = w.v6.SetMulticastHopLimit(hops)
		_ = w.v6.SetMulticastLoopback(true)
		w.reading.Go(func() { w.read(limit, w.receive6) })
	}
	return w, nil
}

// join joins the multicast groups on an interface, and tells whether the interface takes
// part in multicast. Joining again does no harm, and the kernel leaves the groups of an
// interface that is gone.
func (w *wire) join(i *net.Interface) bool {
	joined := false
	if w.v4 != nil {
		err := w.join4(i)
		joined = err == nil || errors.Is(err, syscall.EADDRINUSE)
	}
	if w.v6 != nil {
		err := w.v6.JoinGroup(i, group6)
		joined = err == nil || errors.Is(err, syscall.EADDRINUSE) || joined
	}
	return joined
}

// join4 joins the group with the first socket that can. Linux lets each be a member on 20
// interfaces (igmp_max_memberships, ip(7)), and gives what one receives to all on the port
// (IP_MULTICAST_ALL).
func (w *wire) join4(i *net.Interface) error {
	for _, conn := range append([]*ipv4.PacketConn{w.v4}, w.members...) {
		if err := conn.JoinGroup(i, group4); !errors.Is(err, syscall.ENOBUFS) {
			return err
		}
	}
	more, err := net.ListenUDP("udp4", nil)
	if err != nil {
		return err
	}
	w.members = append(w.members, ipv4.NewPacketConn(more))
	return w.members[len(w.members)-1].JoinGroup(i, group4)
}

// receive4 reads a packet, and returns its interface, destination and sender.
func (w *wire) receive4(buffer []byte) (n, index int, to net.IP, from net.Addr, err error) {
	n, control, from, err := w.v4.ReadFrom(buffer)
	if control == nil {
		return n, 0, group4.IP, from, err
	}
	return n, control.IfIndex, control.Dst, from, err
}

func (w *wire) receive6(buffer []byte) (n, index int, to net.IP, from net.Addr, err error) {
	n, control, from, err := w.v6.ReadFrom(buffer)
	if control == nil {
		return n, 0, group6.IP, from, err
	}
	return n, control.IfIndex, control.Dst, from, err
}

// read passes on received messages until the wire is closed. It ignores unicast packets,
// which may come from other networks.
func (w *wire) read(limit *rate.Limiter, receive func([]byte) (n, index int, to net.IP, from net.Addr, err error)) {
	buffer := make([]byte, maxPacket+1)
	for limit.Wait(w.ctx) == nil {
		n, index, to, from, err := receive(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		sender, ok := from.(*net.UDPAddr)
		if err != nil || !ok || !to.IsMulticast() {
			continue
		}
		message := readMessage(buffer[:n])
		if message == nil {
			continue
		}
		at := sender.AddrPort()
		send(w.ctx, w.packets, packet{message, netip.AddrPortFrom(at.Addr().Unmap(), at.Port()), index})
	}
}

// heard returns the channel of received messages.
func (w *wire) heard() <-chan packet { return w.packets }

// send multicasts a message on the interface.
func (w *wire) send(i Interface, message *dns.Msg) {
	if content, err := message.Pack(); err == nil {
		w.say(i.Index, content)
	}
}

// say multicasts a packet on the interface with the index. Errors are ignored: the
// interface may lack IPv4 or IPv6, or be gone.
func (w *wire) say(index int, content []byte) {
	i := &net.Interface{Index: index}
	if w.v4 != nil && w.v4.SetMulticastInterface(i) == nil {
		_, _ = w.v4.WriteTo(content, nil, group4)
	}
	if w.v6 != nil && w.v6.SetMulticastInterface(i) == nil {
		_, _ = w.v6.WriteTo(content, nil, group6)
	}
}

// answer sends a message to one address.
func (w *wire) answer(to netip.AddrPort, message *dns.Msg) {
	content, err := message.Pack()
	if err != nil {
		return
	}
	if to.Addr().Is4() && w.v4 != nil {
		_, _ = w.v4.WriteTo(content, nil, net.UDPAddrFromAddrPort(to))
	} else if to.Addr().Is6() && w.v6 != nil {
		_, _ = w.v6.WriteTo(content, nil, net.UDPAddrFromAddrPort(to))
	}
}

// close closes the sockets and waits for the readers.
func (w *wire) close() {
	w.stop()
	if w.v4 != nil {
		w.v4.Close()
	}
	if w.v6 != nil {
		w.v6.Close()
	}
	for _, conn := range w.members {
		conn.Close()
	}
	w.reading.Wait()
}
