package network

import (
	"fmt"
	"net/netip"
	"strings"
)

// tidy writes an address as RFC 3986 wants it that people have typed as they have it:
// with marks in the password that must be escaped, and with a link-local address as
// ping takes it, fe80::1%eth0, or curl, [fe80::1%eth0]. A password still may not hold
// the characters that end it: / ? and #.
func tidy(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return address
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	user, host := "", rest[:end]
	if at := strings.LastIndex(host, "@"); at >= 0 {
		user, host = escapeUser(host[:at])+"@", host[at+1:]
	}
	return scheme + "://" + user + withZone(host) + rest[end:]
}

// escapeUser escapes what a user and a password may not hold as it is. A % before two
// hexadecimal digits is taken for an escape already.
func escapeUser(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		isEscape := c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2])
		if isEscape || c != '%' && isUser(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isUser reports whether a character may stand in a user or a password (RFC 3986,
// section 3.2.1), or is an @, of which the last one ends them.
func isUser(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("-._~!$&'()*+,;=:@", c) >= 0
}

// withZone puts a link-local address into brackets, and escapes the % before its network
// interface (RFC 6874).
func withZone(host string) string {
	if bare, err := netip.ParseAddr(host); err == nil && bare.Zone() != "" {
		host = "[" + host + "]"
	}
	address, port, isClosed := strings.Cut(host, "]")
	address, zone, _ := strings.Cut(address, "%")
	if !isClosed || zone == "" || !strings.HasPrefix(host, "[") {
		return host
	}
	if name, ok := strings.CutPrefix(zone, "25"); ok && name != "" {
		zone = name
	}
	return address + "%25" + zone + "]" + port
}
