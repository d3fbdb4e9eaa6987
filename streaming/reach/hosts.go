package reach

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// A web site can give its own name this machine's address (DNS rebinding), and then read
// the stream as if it were its own. Its requests still have the site's name as Host. So
// only requests are answered whose Host cannot be the name of a site.

// Ours reports whether the Host of a request can only be this machine.
//
// Every IP address is: the browser looked no name up, so there is nothing to rebind, and
// behind a forwarded port the address is the router's. *.local belongs to the local
// network (RFC 6762, section 3), localhost to this machine (RFC 6761, section 6.3). The
// machine's name is accepted alone and within the network's search domains, not within
// others: anybody can register NAME.example.org. An empty Host is accepted: programs from
// before HTTP/1.1 send none, and browsers always do.
func Ours(host string) bool {
	if host == "" {
		return true
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "localhost", "local":
		return true
	}
	return slices.Contains(ownNames(), host)
}

// ownNames returns this machine's host name, its first label, and that label within the
// search domains (resolv.conf(5)). It reads them each time, because a laptop changes
// networks.
func ownNames() []string {
	full, err := os.Hostname()
	if err != nil {
		return nil
	}
	full = strings.ToLower(strings.TrimSuffix(full, "."))
	label, _, _ := strings.Cut(full, ".")
	names := []string{full, label}
	if resolving, err := dns.ClientConfigFromFile("/etc/resolv.conf"); err == nil {
		for _, domain := range resolving.Search {
			names = append(names, label+"."+strings.ToLower(strings.Trim(domain, ".")))
		}
	}
	return names
}
