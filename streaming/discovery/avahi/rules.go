package avahi

import "strings"

// rules are what the daemon's configuration says about publishing (avahi-daemon.conf(5)).
type rules struct {
	allowed, denied []string // names of interfaces; none allowed stands for all
	closed          bool     // programs cannot publish
}

// parseRules reads the text of avahi-daemon.conf. Lines that it does not know are ignored.
func parseRules(text string) rules {
	var r rules
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
		case "publish-addresses": // without them, services lead nowhere
			r.closed = r.closed || value == "no" || value == "0" || value == "false" || value == "off"
		}
	}
	return r
}

func names(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}
