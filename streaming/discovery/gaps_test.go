package discovery

import (
	"fmt"
	"strings"
	"testing"
)

// igmp is /proc/net/igmp with the group of multicast DNS on some interfaces, and others on all.
func igmp(joined, rest []string) string {
	text := "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
	for n, name := range append(append([]string{}, joined...), rest...) {
		text += fmt.Sprintf("%d\t%-10s:     2      V3\n", n+1, name)
		if n < len(joined) {
			text += "\t\t\t\tFB0000E0     1 0:00000000\t\t0\n"
		}
		text += "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
	}
	return text
}

func TestGapsOfMemberships(t *testing.T) {
	eth0, wlan0 := addressedAs("eth0", "10.0.0.1/24", "fe80::1/64"), addressedAs("wlan0", "10.0.1.1/24")
	wide := addressedAs("wide", "2001:db8::1/64")
	for name, c := range map[string]struct {
		groups, most string
		served       []Interface
		want         string // what is said; empty for nothing
	}{
		"the system does not tell":        {"", "", []Interface{eth0}, ""},
		"all are joined":                  {igmp([]string{"lo", "eth0", "wlan0"}, nil), "3\n", []Interface{eth0, wlan0}, ""},
		"one too many":                    {igmp([]string{"lo", "wlan0"}, []string{"eth0"}), "2\n", []Interface{eth0, wlan0}, "on eth0, since avahi-daemon can be on 2 networks"},
		"several":                         {igmp([]string{"lo"}, []string{"eth0", "wlan0"}), "1\n", []Interface{eth0, wlan0}, "on eth0, wlan0, since avahi-daemon can be on 1 networks"},
		"one that has no IPv4":            {igmp([]string{"lo", "eth0"}, []string{"wide"}), "2\n", []Interface{eth0, wide}, ""},
		"one that the daemon leaves":      {igmp([]string{"lo", "eth0"}, []string{"wlan0"}), "2\n", []Interface{eth0}, ""},
		"there is room: it is to come":    {igmp([]string{"lo", "eth0"}, []string{"wlan0"}), "20\n", []Interface{eth0, wlan0}, ""},
		"a long name, and a cut-off line": {igmp([]string{"lo"}, []string{"eth0"}) + "7\n\t\n", "1\n", []Interface{addressedAs("enp0s31f6u1u2c3", "10.0.0.9/24")}, "on enp0s31f6u1u2c3"},
	} {
		got := strings.Join(parseMemberships(c.groups, c.most).gaps(c.served), "; ")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: says %q, want %q", name, got, c.want)
		}
	}
}

func TestGapsOfFamilies(t *testing.T) {
	both, only := addressedAs("eth0", "10.0.0.1/24", "fe80::1/64"), addressedAs("wlan0", "10.0.1.1/24")
	for name, c := range map[string]struct {
		served []Interface
		v4, v6 bool   // what the daemon uses
		want   string // what is said; empty for nothing
	}{
		"both":               {[]Interface{both}, true, true, ""},
		"without IPv4":       {[]Interface{both}, false, true, "who speaks IPv4 alone does not find the stream on eth0,"},
		"without IPv6":       {[]Interface{both, only}, true, false, "who speaks IPv6 alone does not find the stream on eth0,"},
		"where there is one": {[]Interface{only}, true, false, ""},
	} {
		got := strings.Join(gapsOfFamily(c.served, c.v4, c.v6), "; ")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: says %q, want %q", name, got, c.want)
		}
	}
}

// addressedAs is an interface with a name.
func addressedAs(name string, addresses ...string) Interface {
	i := addressed(working, addresses...)
	i.Name = name
	return i
}
