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
			d := Daemon{rules: parseRules(c.text)}
			if got := d.Serves("wlan0"); got != c.served {
				t.Errorf("serves wlan0: %v", got)
			}
			if d.rules.closed != c.closed {
				t.Errorf("closed: %v", d.rules.closed)
			}
		})
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add("allow-interfaces=eth0,wlan0\ndisable-publishing=yes\n")
	f.Fuzz(func(t *testing.T, text string) {
		d := Daemon{rules: parseRules(text)}
		for _, name := range d.rules.denied {
			if d.Serves(name) {
				t.Errorf("%q is denied, and served", name)
			}
		}
	})
}
