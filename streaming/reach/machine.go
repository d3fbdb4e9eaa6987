package reach

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"

	"fanlight/streaming/discovery"

	"github.com/miekg/dns"
)

const (
	mdnsPort      = 5353
	namePatience  = 2 * time.Second // for each lookup of a name
	longestName   = 100             // in characters; the rest is cut off
	loopbackNamed = "this machine"
)

// MachineName returns a machine's name on the network; empty if it is unknown. It asks the
// machine's own mDNS responder first, then the system's resolver, which knows /etc/hosts
// and the DNS server. The name is not verified, but fit to be shown. MachineName takes at
// most four seconds, and returns early when ctx ends.
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

// askMachine asks a machine's mDNS responder for the name of an address, by a direct
// unicast query (RFC 6762, section 5.5).
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
			return shownName(discovery.Readable(pointer.Ptr))
		}
	}
	return ""
}

func shownName(name string) string {
	return Shown(strings.TrimSuffix(name, "."), longestName)
}
