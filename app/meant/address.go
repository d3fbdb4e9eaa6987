package meant

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// address reads an address. The choice ends with it.
func address(kind Kind, scheme, choice string) Meaning {
	at := strings.LastIndex(choice, scheme+":")
	if kind == Page || kind == Stream && !strings.HasPrefix(choice, "opencv:") {
		at = 0
	}
	written := choice[at:]
	rest, isWhole := strings.CutPrefix(written, scheme+"://")
	if !isWhole || !isHost(host(rest)) {
		return Meaning{Kind: NoHost, Shown: written}
	}
	return Meaning{Kind: kind, Choice: choice, Shown: written}
}

// host returns the host, with its port, of an address without its scheme.
func host(rest string) string {
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest[strings.LastIndex(rest, "@")+1:]
}

// isHost reports whether a text is HOST, HOST:PORT, or an address of IPv6 with or
// without its brackets.
func isHost(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	name, port := text, ""
	if inner, after, isClosed := strings.Cut(strings.TrimPrefix(text, "["), "]"); isClosed && text[0] == '[' {
		if _, err := netip.ParseAddr(strings.Replace(inner, "%25", "%", 1)); err != nil {
			return false
		}
		if after == "" {
			return true
		}
		name, port = "ip", strings.TrimPrefix(after, ":")
		if port == after {
			return false
		}
	} else if at := strings.LastIndex(text, ":"); at >= 0 {
		name, port = text[:at], text[at+1:]
	}
	number, err := strconv.ParseUint(port, 10, 16)
	hasPort := name != text
	return isName(name) && (!hasPort || err == nil && number > 0)
}

// isName reports whether a text may be a host's name. Machines have underscores in
// theirs, and letters of all languages.
func isName(name string) bool {
	return name != "" && !strings.HasPrefix(name, ".") && !strings.Contains(name, "..") &&
		!strings.ContainsAny(name, " \t\r\n\"'`<>(){}[]|\\^:,;!$&*+=~%")
}

// looksLikeHost reports whether an address without its scheme is meant, and not a name of
// something else: it has a port, or its host has a dot.
func looksLikeHost(text string) bool {
	host := host(text)
	name, _, hasPort := strings.Cut(host, ":")
	return isHost(host) && (hasPort || strings.Contains(name, ".") || name == "localhost" || strings.HasPrefix(host, "["))
}

// unescape undoes the %20 of an address of a file.
func unescape(path string) string {
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	return path
}
