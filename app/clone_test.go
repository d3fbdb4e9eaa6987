package main

import (
	"net"
	"net/netip"
	"testing"

	"fanlight/streaming/discovery"
)

// Two clones of an SD card have one ID, and each lists the other: what is its own it knows by
// where it is.
func TestClonesListEachOther(t *testing.T) {
	p := windowless(t, options{})
	p.setListening(&net.TCPAddr{Port: 8080})
	p.stands(discovery.Status{Name: "Kitchen", Host: "lamp.local"})
	id := p.settings.get().ID
	if id == "" {
		t.Fatal("this installation has no ID")
	}
	here, there := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.0.2.7")
	for name, c := range map[string]struct {
		stream discovery.Stream
		own    bool
	}{
		"our own":                     {discovery.Stream{ID: id, Name: "Kitchen", Host: "lamp.local", Addresses: []netip.Addr{here}, Port: 8080}, true},
		"our own, renamed since":      {discovery.Stream{ID: id, Name: "Garden", Host: "lamp.local", Addresses: []netip.Addr{there, here}, Port: 8080}, true},
		"our own at an old address":   {discovery.Stream{ID: id, Name: "Kitchen", Host: "lamp.local", Addresses: []netip.Addr{there}, Port: 8080}, true},
		"a clone":                     {discovery.Stream{ID: id, Name: "Kitchen (2)", Host: "lamp-2.local", Addresses: []netip.Addr{there}, Port: 8080}, false},
		"another Fanlight here":       {discovery.Stream{ID: id, Name: "Kitchen (2)", Host: "lamp.local", Addresses: []netip.Addr{here}, Port: 8081}, false},
		"another program's stream":    {discovery.Stream{Name: "Kitchen", Host: "lamp.local", Addresses: []netip.Addr{there}, Port: 8080}, false},
		"another with no ID, at ours": {discovery.Stream{Name: "Door", Host: "door.local", Addresses: []netip.Addr{here}, Port: 8080}, true},
	} {
		p.setStreams([]discovery.Stream{c.stream}, nil)
		if got := len(p.nearby.streams) == 0; got != c.own {
			t.Errorf("%s: own is %v", name, got)
		}
	}
	p.setListening(nil) // the goodbye takes a second
	p.setStreams([]discovery.Stream{{ID: id, Addresses: []netip.Addr{here}, Port: 8080}}, nil)
	if len(p.nearby.streams) > 0 {
		t.Error("its own stream is listed once sharing has ended")
	}
}
