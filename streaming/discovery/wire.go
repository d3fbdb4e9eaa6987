package discovery

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

const (
	mdnsPort = 5353
	// maxPacket is the largest message of multicast DNS (RFC 6762, section 17).
	maxPacket = 9000
	// hops lets a receiver know that no router was on the way (RFC 6762, section 11).
	hops = 255
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

// wire is multicast DNS on some interfaces, over IPv4 and IPv6. zeroconf keeps its
// sockets to itself and does not let hear what it hears, so these are beside them.
type wire struct {
	v4      *ipv4.PacketConn // nil without IPv4
	v6      *ipv6.PacketConn // nil without IPv6
	packets chan packet
	closed  chan struct{}
	reading sync.WaitGroup
}

func openWire(interfaces []Interface) (*wire, error) {
	w := &wire{packets: make(chan packet), closed: make(chan struct{})}
	err4, err6 := w.open4(interfaces), w.open6(interfaces)
	if err4 != nil && err6 != nil {
		return nil, fmt.Errorf("cannot announce the stream; is UDP port 5353 taken by a program that does not share it?: %w", errors.Join(err4, err6))
	}
	return w, nil
}

func (w *wire) open4(interfaces []Interface) error {
	// For an address of the multicast kind the net package shares the port.
	udp, err := net.ListenUDP("udp4", group4)
	if err != nil {
		return err
	}
	conn := ipv4.NewPacketConn(udp)
	// What a system cannot do here it does without: Windows tells no interface.
	_ = conn.SetControlMessage(ipv4.FlagInterface|ipv4.FlagDst, true)
	_ = conn.SetMulticastTTL(hops)
	_ = conn.SetMulticastLoopback(true)
	if !join(interfaces, func(i *net.Interface) error { return conn.JoinGroup(i, group4) }) {
		conn.Close()
		return errors.New("no interface takes part in IPv4 multicast")
	}
	w.v4 = conn
	w.reading.Go(func() {
		w.read(func(buffer []byte) (int, int, net.IP, net.Addr, error) {
			n, control, from, err := conn.ReadFrom(buffer)
			if control == nil {
				return n, 0, group4.IP, from, err
			}
			return n, control.IfIndex, control.Dst, from, err
		})
	})
	return nil
}

func (w *wire) open6(interfaces []Interface) error {
	udp, err := net.ListenUDP("udp6", group6)
	if err != nil {
		return err
	}
	conn := ipv6.NewPacketConn(udp)
	_ = conn.SetControlMessage(ipv6.FlagInterface|ipv6.FlagDst, true)
	_ = conn.SetMulticastHopLimit(hops)
	_ = conn.SetMulticastLoopback(true)
	if !join(interfaces, func(i *net.Interface) error { return conn.JoinGroup(i, group6) }) {
		conn.Close()
		return errors.New("no interface takes part in IPv6 multicast")
	}
	w.v6 = conn
	w.reading.Go(func() {
		w.read(func(buffer []byte) (int, int, net.IP, net.Addr, error) {
			n, control, from, err := conn.ReadFrom(buffer)
			if control == nil {
				return n, 0, group6.IP, from, err
			}
			return n, control.IfIndex, control.Dst, from, err
		})
	})
	return nil
}

// join tells whether it went well on any of the interfaces.
func join(interfaces []Interface, group func(*net.Interface) error) bool {
	joined := false
	for _, i := range interfaces {
		joined = group(&i.Interface) == nil || joined
	}
	return joined
}

// read hands on what is heard until the wire is closed. What was sent to this
// machine alone may come from far away, and is none of our business.
func (w *wire) read(receive func([]byte) (n, index int, to net.IP, from net.Addr, err error)) {
	buffer := make([]byte, maxPacket)
	for {
		n, index, to, from, err := receive(buffer)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil || !to.IsMulticast():
			continue
		}
		message := new(dns.Msg)
		if message.Unpack(buffer[:n]) != nil {
			continue
		}
		sender := from.(*net.UDPAddr).AddrPort()
		select {
		case w.packets <- packet{message, netip.AddrPortFrom(sender.Addr().Unmap(), sender.Port()), index}:
		case <-w.closed:
			return
		}
	}
}

// heard is what comes in.
func (w *wire) heard() <-chan packet { return w.packets }

// send says something to all on the interface. An interface may be without the one
// or the other protocol, or gone: whoever is to hear it asks again.
func (w *wire) send(i Interface, message *dns.Msg) {
	content, err := message.Pack()
	if err != nil {
		return
	}
	if w.v4 != nil && w.v4.SetMulticastInterface(&i.Interface) == nil {
		_, _ = w.v4.WriteTo(content, nil, group4)
	}
	if w.v6 != nil && w.v6.SetMulticastInterface(&i.Interface) == nil {
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
	close(w.closed)
	if w.v4 != nil {
		w.v4.Close()
	}
	if w.v6 != nil {
		w.v6.Close()
	}
	w.reading.Wait()
}
