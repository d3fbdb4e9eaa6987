package discovery

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

const (
	// askingCount questions are enough for a name that was claimed only just now.
	askingCount = 3
	askingPause = time.Second
)

// HostName is this machine's name for multicast DNS, "lamp.local", where no
// announcement has found another one.
func HostName() string { return hostLabel() + ".local" }

// IsAnswered tells whether a host name, "lamp.local", leads others on the network to this
// machine. It asks once on each interface, over IPv4 if that has an address, as a program
// without a cache does. On every interface a responder, be it avahi-daemon, macOS,
// systemd-resolved or an announcement, must answer with an address of this machine. A
// name that browsers encode differently than mDNS does, such as one with an umlaut, is
// reported as not answered.
func IsAnswered(ctx context.Context, host string, n Network) bool {
	if strings.ContainsFunc(host, notInLinks) {
		return false
	}
	var asked, answered int
	var mu sync.Mutex
	var asking sync.WaitGroup
	for _, i := range n.reachable(netip.Addr{}) {
		asked++
		asking.Go(func() {
			if isAnsweredOn(ctx, host, i) {
				mu.Lock()
				defer mu.Unlock()
				answered++
			}
		})
	}
	asking.Wait()
	return asked > 0 && asked == answered
}

// notInLinks tells whether a browser encodes the character in a host name.
func notInLinks(r rune) bool {
	return r != '-' && r != '.' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
}

func isAnsweredOn(ctx context.Context, host string, i Interface) bool {
	network, group, kind := "udp4", group4, dns.TypeA
	if !slices.ContainsFunc(i.published(), netip.Addr.Is4) {
		network, group, kind = "udp6", group6, dns.TypeAAAA
	}
	conn, err := net.ListenUDP(network, nil)
	if err != nil {
		return false
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	var outward interface {
		SetMulticastInterface(*net.Interface) error
		SetMulticastLoopback(bool) error
	} = ipv4.NewPacketConn(conn)
	if group == group6 {
		outward = ipv6.NewPacketConn(conn)
	}
	if outward.SetMulticastInterface(&i.Interface) != nil || outward.SetMulticastLoopback(true) != nil {
		return false
	}
	question := new(dns.Msg).SetQuestion(dns.Fqdn(host), kind)
	question.RecursionDesired = false
	packed, err := question.Pack()
	if err != nil {
		return false
	}
	for range askingCount {
		if _, err := conn.WriteTo(packed, group); err != nil {
			return false
		}
		if isAnsweredIn(conn, question, i, time.Now().Add(askingPause)) {
			return true
		}
	}
	return false
}

// isAnsweredIn waits for an answer until a time. The first one with an address for the
// name decides: if it is another machine's, others are led there.
func isAnsweredIn(conn *net.UDPConn, question *dns.Msg, i Interface, until time.Time) bool {
	if conn.SetReadDeadline(until) != nil {
		return false
	}
	buffer := make([]byte, maxPacket)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return false
		}
		answer := new(dns.Msg)
		if answer.Unpack(buffer[:n]) != nil || answer.Id != question.Id || !answer.Response {
			continue
		}
		if found := hostAddresses(answer.Answer, question.Question[0].Name); len(found) > 0 {
			return slices.ContainsFunc(found, func(a netip.Addr) bool { return slices.Contains(i.published(), a) })
		}
	}
}
