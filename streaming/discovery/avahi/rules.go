package avahi

import (
	"os"
	"slices"
	"strings"
)

const configuration = "/etc/avahi/avahi-daemon.conf"

// Rules are what the daemon's configuration says about publishing (avahi-daemon.conf(5)).
type Rules struct {
	allowed, denied []string // names of interfaces; none allowed stands for all
	closed          bool     // programs cannot publish
	no4, no6        bool     // it does not use IPv4, or IPv6
}

// CurrentRules are those of the daemon's file. One that cannot be read has no rules: the daemon's
// defaults are to serve all interfaces, by IPv4 and IPv6, and to let users publish.
func CurrentRules() Rules {
	content, _ := os.ReadFile(configuration)
	return parseRules(string(content))
}

// Serve reports whether the daemon takes part in multicast DNS on an interface with addresses of
// IPv4, IPv6 or both.
func (r Rules) Serve(interfaceName string, v4, v6 bool) bool {
	allowed := len(r.allowed) == 0 || slices.Contains(r.allowed, interfaceName)
	return allowed && !slices.Contains(r.denied, interfaceName) && (v4 && !r.no4 || v6 && !r.no6)
}

// Uses reports whether the daemon uses IPv4, and IPv6.
func (r Rules) Uses() (v4, v6 bool) { return !r.no4, !r.no6 }

// parseRules reads the text of avahi-daemon.conf. Lines that it does not know are ignored.
func parseRules(text string) Rules {
	var r Rules
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "allow-interfaces":
			r.allowed = names(value)
		case "deny-interfaces":
			r.denied = names(value)
		case "disable-publishing", "disable-user-service-publishing":
			r.closed = r.closed || value == "yes" || value == "1" || value == "true" || value == "on"
		case "use-ipv4":
			r.no4 = !isYes(value)
		case "use-ipv6":
			r.no6 = !isYes(value)
		case "publish-addresses": // without them, services lead nowhere
			r.closed = r.closed || value == "no" || value == "0" || value == "false" || value == "off"
		}
	}
	return r
}

// isYes reads a setting as the daemon does for most: by the first letter.
func isYes(value string) bool { return value != "" && strings.Contains("yYtT1", value[:1]) }

func names(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}
