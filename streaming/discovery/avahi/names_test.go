package avahi

import (
	"testing"

	"github.com/miekg/dns"
)

func TestNamesOfTheDaemon(t *testing.T) {
	for _, c := range []struct{ presented, escaped string }{
		{`lamp.local.`, `lamp.local.`},
		{`Living\ room._http._tcp.local.`, `Living\032room._http._tcp.local.`},
		{`Dr\.\ No\ \(2\)._http._tcp.local.`, `Dr\046\032No\032\0402\041._http._tcp.local.`},
		{`a\\b\"c.local.`, `a\092b\034c.local.`},
		{`K\195\188che.local.`, `K\195\188che.local.`},
	} {
		if got := escaped(c.presented); got != c.escaped {
			t.Errorf("%s: escaped %s, want %s", c.presented, got, c.escaped)
		}
		if got, err := presented(c.escaped); err != nil || got != c.presented {
			t.Errorf("%s: presented %s, %v, want %s", c.escaped, got, err, c.presented)
		}
	}
}

// Every name that a packet may have reads the same after a way through the daemon.
func FuzzNames(f *testing.F) {
	f.Add([]byte("\x0bLiving room\x05local\x00"))
	f.Add([]byte("\x04a.\\\"\x05local\x00"))
	f.Fuzz(func(t *testing.T, wire []byte) {
		name, _, err := dns.UnpackDomainName(wire, 0)
		if err != nil {
			t.Skip()
		}
		if got, err := presented(escaped(name)); err != nil || got != name {
			t.Errorf("%s becomes %s, %v", name, got, err)
		}
	})
}
