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
	// hops lets a receiver know that no router was on the way (RFC 6762, section 11).
	hops = 255
	// Who floods the network gets this many packets a second read; the kernel drops
	// the rest.
	mostPackets   = 500
	packetsAtOnce = 1000
)

var (
	group4 = &net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: mdnsPort}
	group6 = &net.UDPAddr{IP: net.ParseIP("ff02::fb"), Port: mdnsPort}
)

// packet is a message as it was heard.
type packet struct {
	message *dns.Msg
	from    netip.AddrPort
	index   int // of the interface; 0 where the system does not tell
}

// fromResponder tells whether the sender speaks multicast DNS itself. Others ask
// once and wait for an answer to them alone (RFC 6762, section 6.7).
func (p packet) fromResponder() bool { return p.from.Port() == mdnsPort }

// wire is multicast DNS over IPv4 and IPv6, on the interfaces that were joined.
// zeroconf keeps its sockets to itself and does not let hear what it hears (of
// goodbyes for one, and on which interface), so these are beside them. It is for one
// goroutine.
type wire struct {
	v4      *ipv4.PacketConn // nil without IPv4
	v6      *ipv6.PacketConn // nil without IPv6
	packets chan packet
	ctx     context.Context // ends with close
	stop    context.CancelFunc
	reading sync.WaitGroup
}

// openWire opens the sockets. It hears nothing until it has joined an interface.
func openWire() (*wire, error) {
	w := &wire{packets: make(chan packet, 64)}
	w.ctx, w.stop = context.WithCancel(context.Background())
	limit := rate.NewLimiter(mostPackets, packetsAtOnce)
	// For an address of the multicast kind the net package shares the port.
	udp4, err4 := net.ListenUDP("udp4", group4)
	udp6, err6 := net.ListenUDP("udp6", group6)
	if err4 != nil && err6 != nil {
		w.stop()
		return nil, fmt.Errorf("is UDP port %d taken by a program that does not share it?: %w", mdnsPort, errors.Join(err4, err6))
	}
	// What a system cannot do here it does without: Windows tells no interface.
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

// join has what is said on an interface delivered, and tells whether the interface
// takes part in multicast. One that was joined before stays so, and the kernel leaves
// those that are gone.
func (w *wire) join(i *net.Interface) bool {
	joined := false
	if w.v4 != nil {
		err := w.v4.JoinGroup(i, group4)
		joined = err == nil || errors.Is(err, syscall.EADDRINUSE)
	}
	if w.v6 != nil {
		err := w.v6.JoinGroup(i, group6)
		joined = err == nil || errors.Is(err, syscall.EADDRINUSE) || joined
	}
	return joined
}

// receive4 reads a packet, the interface that it came in on, its sender, and where it was sent to.
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

// read hands on what is heard until the wire is closed. What was sent to this
// machine alone may come from far away, and is none of our business.
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

// readMessage reads a packet; nil for what is malformed, or of another kind than
// multicast DNS has (RFC 6762, sections 18.3 and 18.11). Its header is looked at first:
// most packets of a flood end there.
func readMessage(content []byte) *dns.Msg {
	const headerBytes, opcode, rcode = 12, 0x78, 0x0f
	if len(content) < headerBytes || len(content) > maxPacket || content[2]&opcode != 0 || content[3]&rcode != 0 {
		return nil
	}
	message := new(dns.Msg)
	if message.Unpack(content) != nil {
		return nil
	}
	return message
}

// heard is what comes in.
func (w *wire) heard() <-chan packet { return w.packets }

// send says something to all on the interface.
func (w *wire) send(i Interface, message *dns.Msg) {
	if content, err := message.Pack(); err == nil {
		w.say(i.Index, content)
	}
}

// say sends to all on the interface with the index. An interface may be without the
// one or the other protocol, or gone: whoever is to hear it asks again.
func (w *wire) say(index int, content []byte) {
	i := &net.Interface{Index: index}
	if w.v4 != nil && w.v4.SetMulticastInterface(i) == nil {
		_, _ = w.v4.WriteTo(content, nil, group4)
	}
	if w.v6 != nil && w.v6.SetMulticastInterface(i) == nil {
		_, _ = w.v6.WriteTo(content, nil, group6)
	}
}

// answer says something to one alone.
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

// close waits until nothing is heard any more.
func (w *wire) close() {
	w.stop()
	if w.v4 != nil {
		w.v4.Close()
	}
	if w.v6 != nil {
		w.v6.Close()
	}
	w.reading.Wait()
}
