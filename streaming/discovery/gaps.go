package discovery

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"fanlight/streaming/discovery/avahi"
)

// Gaps says where a stream is not found although it is announced there, and what to do, in a
// sentence each: what avahi-daemon leaves out of the interfaces that it serves. It looks at the
// system as it is now; the daemon has joined its networks before the announcement stands.
func (s Status) Gaps() []string {
	if !s.Avahi {
		return nil
	}
	network, err := currentNetwork()
	if err != nil {
		return nil
	}
	rules := avahi.CurrentRules()
	served := slices.DeleteFunc(network.Interfaces, func(i Interface) bool {
		return !slices.Contains(s.Interfaces, i.Name) || !i.isServed(rules)
	})
	v4, v6 := rules.Uses()
	gaps := gapsOfFamily(served, v4, v6)
	if v4 {
		gaps = append(gaps, currentMemberships().gaps(served)...)
	}
	return gaps
}

// gapsOfFamily says on which interfaces with addresses of IPv4 and IPv6 the daemon uses only one.
// Nobody else speaks there: two responders take each other's packets.
func gapsOfFamily(served []Interface, v4, v6 bool) []string {
	var halved []string
	for _, i := range served {
		if has4, has6 := i.families(); has4 && has6 {
			halved = append(halved, i.Name)
		}
	}
	if len(halved) == 0 || v4 && v6 {
		return nil
	}
	only, setting := "IPv4", "use-ipv4=no"
	if v4 {
		only, setting = "IPv6", "use-ipv6=no"
	}
	return []string{fmt.Sprintf("who speaks %s alone does not find the stream on %s, since avahi-daemon has %s; "+
		"take that out of /etc/avahi/avahi-daemon.conf, and restart it", only, strings.Join(halved, ", "), setting)}
}

// isServed tells whether avahi-daemon takes part on the interface, by its rules.
func (i Interface) isServed(rules avahi.Rules) bool {
	v4, v6 := i.families()
	return rules.Serve(i.Name, v4, v6)
}

// memberships are the IPv4 groups that programs of this machine are members of.
type memberships struct {
	joined map[string]bool // names of the interfaces on which any is a member of multicast DNS's group
	most   int             // on how many interfaces a socket may be (igmp_max_memberships, ip(7)); zero if unknown
}

// currentMemberships are unknown where the system does not tell.
func currentMemberships() memberships {
	groups, _ := os.ReadFile("/proc/net/igmp")
	most, _ := os.ReadFile("/proc/sys/net/ipv4/igmp_max_memberships")
	return parseMemberships(string(groups), string(most))
}

// parseMemberships reads /proc/net/igmp: a line for each interface, "2\teth0      :     1      V3",
// and below it one for each group, which begins with white space and the address in hexadecimal
// digits, as a number of this machine.
func parseMemberships(groups, most string) memberships {
	m := memberships{joined: map[string]bool{}}
	m.most, _ = strconv.Atoi(strings.TrimSpace(most))
	group := fmt.Sprintf("%08X", binary.NativeEndian.Uint32(group4.IP.To4()))
	device := ""
	for line := range strings.Lines(groups) {
		switch fields := strings.Fields(line); {
		case len(fields) < 2:
		case line[0] != '\t' && line[0] != ' ':
			device = strings.TrimSuffix(fields[1], ":")
		case fields[0] == group:
			m.joined[device] = true
		}
	}
	return m
}

// gaps says on which of the interfaces that avahi-daemon serves nobody is a member of the group since
// the daemon, which has one socket for IPv4, cannot be on more.
func (m memberships) gaps(served []Interface) []string {
	if m.most == 0 || len(m.joined) < m.most {
		return nil
	}
	var missing []string
	for _, i := range served {
		if v4, _ := i.families(); v4 && !m.joined[i.Name] {
			missing = append(missing, i.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("over IPv4 nobody finds the stream on %s, since avahi-daemon can be on %d networks only; "+
		"let it be on more with sudo sysctl net.ipv4.igmp_max_memberships=%d, and restart it", strings.Join(missing, ", "), m.most, 2*(m.most+len(missing)))}
}

// families tells of which kinds the interface has addresses.
func (i Interface) families() (v4, v6 bool) {
	for _, prefix := range i.Addresses {
		v4, v6 = v4 || prefix.Addr().Is4(), v6 || prefix.Addr().Is6()
	}
	return v4, v6
}
