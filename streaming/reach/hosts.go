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

// Ours reports whether the Host of a request can only be this machine, or a proxy's name
// for it: an IP address, a name for which [Local] reports true, this machine's own name, or
// one of those that the owner allows.
//
// Every IP address is: the browser looked no name up, so there is nothing to rebind, and
// behind a forwarded port the address is the router's. The machine's name is accepted
// within the network's search domains, not within others: anybody can register
// NAME.example.org. An empty Host is accepted: programs from before HTTP/1.1 send none, and
// browsers always do.
func Ours(host string, allowed []string) bool {
	if host == "" {
		return true
	}
	name := HostName(host)
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return localName(name) || slices.Contains(ownNames(), name) || slices.Contains(allowed, name)
}

// Local reports whether a host, with or without a port, is of a local network: a private
// address, a name that no one can register, or this machine's own name or address. Pages at
// such a host are no public web site.
func Local(host string) bool {
	name := HostName(host)
	if address, err := netip.ParseAddr(name); err == nil {
		address = address.Unmap()
		return address.IsPrivate() || address.IsLoopback() || address.IsLinkLocalUnicast() || sharedAddresses.Contains(address) || isOwn(address)
	}
	return localName(name) || slices.Contains(ownNames(), name)
}

// sharedAddresses are private to a provider's network, or to a VPN (RFC 6598).
var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")

// LocalDomains are the top of names that belong to local networks: *.local by RFC 6762,
// localhost by RFC 6761, home.arpa by RFC 8375, internal by a resolution of ICANN; the
// others are what routers call their network, and are not sold.
var LocalDomains = []string{"localhost", "local", "lan", "home", "home.arpa", "internal", "fritz.box"}

// localName reports whether nobody can register a name: one without a dot, or one below
// the LocalDomains.
func localName(name string) bool {
	if !IsName(name) {
		return false
	}
	if !strings.Contains(name, ".") {
		return true
	}
	return slices.ContainsFunc(LocalDomains, func(domain string) bool {
		return name == domain || strings.HasSuffix(name, "."+domain)
	})
}

// IsName reports whether a text in lower case is a host name and no number: the URL standard reads
// "127.1" and "0x7f000001" as addresses.
func IsName(name string) bool {
	last := ""
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool { return !isNameRune(r) }) {
			return false
		}
		last = label
	}
	digits := strings.TrimPrefix(last, "0x")
	return strings.Trim(last, "0123456789") != "" && (digits == last || strings.Trim(digits, "0123456789abcdef") != "")
}

func isNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}

// HostName returns the name or address of HOST:PORT or HOST in lower case, without the
// brackets of an IPv6 address and without a dot at the end.
func HostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// isOwn reports whether an address is one of this machine's.
func isOwn(address netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(addrs, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr() == address
	})
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
