package reach

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/miekg/dns"
)

const (
	mdnsPort      = 5353
	namePatience  = 2 * time.Second // for a machine to say its name
	longestName   = 100             // characters shown of it
	loopbackNamed = "this machine"
)

// MachineName returns what a machine calls itself on the network, empty if
// nobody says. The machine itself is asked first, then the system, which knows
// /etc/hosts and the network's name server.
func MachineName(ctx context.Context, address netip.Addr) string {
	if address.IsLoopback() {
		return loopbackNamed
	}
	asking, cancel := context.WithTimeout(ctx, namePatience)
	defer cancel()
	if name := askMachine(asking, address, netip.AddrPortFrom(address, mdnsPort)); name != "" {
		return name
	}
	asking, cancel = context.WithTimeout(ctx, namePatience)
	defer cancel()
	names, err := net.DefaultResolver.LookupAddr(asking, address.String())
	if err != nil || len(names) == 0 {
		return ""
	}
	return shownName(names[0])
}

// askMachine asks the responder at a machine for the name of an address. It is a
// direct unicast query (RFC 6762, section 5.5), and does without multicast.
func askMachine(ctx context.Context, address netip.Addr, responder netip.AddrPort) string {
	reverse, err := dns.ReverseAddr(address.String())
	if err != nil {
		return ""
	}
	question := new(dns.Msg).SetQuestion(reverse, dns.TypePTR)
	question.RecursionDesired = false
	conn, err := new(net.Dialer).DialContext(ctx, "udp", responder.String())
	if err != nil {
		return ""
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	exchange := &dns.Conn{Conn: conn}
	if exchange.WriteMsg(question) != nil {
		return ""
	}
	answer, err := exchange.ReadMsg()
	if err != nil || answer.Id != question.Id {
		return ""
	}
	for _, record := range answer.Answer {
		if pointer, ok := record.(*dns.PTR); ok && strings.EqualFold(pointer.Hdr.Name, reverse) {
			return shownName(pointer.Ptr)
		}
	}
	return ""
}

func shownName(name string) string {
	return Shown(strings.TrimSuffix(name, "."), longestName)
}
