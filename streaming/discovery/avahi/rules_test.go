package avahi

import (
	"testing"
)

func TestDaemonServesByItsConfiguration(t *testing.T) {
	for _, c := range []struct {
		name, text     string
		served, closed bool // wlan0 is served; nobody may publish
	}{
		{"no file", "", true, false},
		{"Debian's", "[server]\nuse-ipv4=yes\n#allow-interfaces=eth0\n#deny-interfaces=eth1\n[publish]\n#disable-publishing=no\n", true, false},
		{"another interface only", "[server]\nallow-interfaces = eth0\n", false, false},
		{"among several", "allow-interfaces=eth0, wlan0", true, false},
		{"denied", "deny-interfaces=docker0,wlan0\n", false, false},
		{"denied though allowed", "allow-interfaces=wlan0\ndeny-interfaces=wlan0\n", false, false},
		{"nobody publishes", "[publish]\ndisable-publishing=yes\n", true, true},
		{"no user publishes", "[publish]\r\ndisable-user-service-publishing=yes\r\n", true, true},
		{"users publish", "disable-user-service-publishing=no\n", true, false},
		{"no addresses", "publish-addresses=no\n", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := parseRules(c.text)
			if got := r.Serve("wlan0", true, true); got != c.served {
				t.Errorf("serve wlan0: %v", got)
			}
			if r.closed != c.closed {
				t.Errorf("closed: %v", r.closed)
			}
		})
	}
}

// An interface without an address of a kind that the daemon uses is not served.
func TestRulesOfFamilies(t *testing.T) {
	for text, c := range map[string]struct {
		only4, only6, both bool // interfaces with such addresses are served
	}{
		"":                               {true, true, true},
		"use-ipv4=yes\nuse-ipv6=1":       {true, true, true},
		"use-ipv4=no":                    {false, true, true},
		"[server]\n use-ipv4 = false \r": {false, true, true},
		"use-ipv6=no":                    {true, false, true},
		"use-ipv6=":                      {true, false, true},
		"use-ipv6=True":                  {true, true, true},
		"#use-ipv6=no":                   {true, true, true},
		"use-ipv6=no\nuse-ipv6=yes":      {true, true, true},
		"use-ipv4=no\nuse-ipv6=no":       {false, false, false},
		"use-ipv4=no\nallow-interfaces=eth0\ndeny-interfaces=wlan0": {false, false, false},
	} {
		r := parseRules(text)
		if only4, only6, both := r.Serve("wlan0", true, false), r.Serve("wlan0", false, true), r.Serve("wlan0", true, true); only4 != c.only4 || only6 != c.only6 || both != c.both {
			t.Errorf("%q: serve an interface with IPv4 %v, IPv6 %v, both %v", text, only4, only6, both)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add("allow-interfaces=eth0,wlan0\ndisable-publishing=yes\n")
	f.Fuzz(func(t *testing.T, text string) {
		r := parseRules(text)
		for _, name := range r.denied {
			if r.Serve(name, true, true) {
				t.Errorf("%q is denied, and served", name)
			}
		}
	})
}
