package reach

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// A page from anywhere can give its own name this machine's address (DNS
// rebinding), and then read the stream as if it were its own. Its requests still
// name the page's host: only hosts that nobody outside can hold are answered.

// Ours reports whether the Host of a request can only be this machine.
//
// Every address is: a browser that was told an address looks no name up, so there
// is nothing to rebind, and behind a forwarded port the address is the router's.
// *.local belongs to the local network (RFC 6762, section 3), localhost to this
// machine (RFC 6761, section 6.3). The machine's name counts alone and within the
// network's own domains, not within any: anybody can set up NAME.example.org.
// Programs from before HTTP/1.1 name no host, and no browser is one of them.
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

// ownNames returns this machine's name as the system tells it, its first label,
// and that in the domains in which the network looks for names (resolv.conf(5)).
// They are read anew each time: a laptop changes networks.
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
