package main

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"fanlight/streaming/discovery"
	"fanlight/ui"
)

func TestWindowFollowsTheAnnouncement(t *testing.T) {
	p := windowless(t, options{Listen: "127.0.0.1:0"})
	p.Share(true)
	until(t, p, "the link", func(s ui.State) bool { return s.Link != "" })
	shared := make(chan *sharing, 1)
	p.jobs.add(func() { shared <- p.sharing })
	announced := p.announced(<-shared)

	announced(discovery.Status{})
	if s := p.state(); s.AnnouncedAs != "" || !strings.Contains(s.Problem, "on no network") {
		t.Errorf("without a network: %+v", s)
	}
	announced(discovery.Status{Name: "Kitchen (2)", Host: "lamp.local", Interfaces: []string{"eth0"}})
	if s := p.state(); s.AnnouncedAs != "Kitchen (2)" || s.Problem != "" {
		t.Errorf("announced: %+v", s)
	}
	announced(discovery.Status{Err: errors.New("port 5353 is taken")})
	if s := p.state(); s.AnnouncedAs != "" || s.Problem != "port 5353 is taken" {
		t.Errorf("failed: %+v", s)
	}
	p.Share(false)
	afterJobs(t, p) // the link goes first, the rest once the server has ended
	if s := p.state(); s.Link != "" || s.Problem != "" || s.LinkHere != "" {
		t.Errorf("afterwards: %+v", s)
	}
}

func TestJoined(t *testing.T) {
	at := func(flags net.Flags, addresses ...netip.Prefix) discovery.Network {
		return discovery.Network{Interfaces: []discovery.Interface{{Interface: net.Interface{Flags: flags}, Addresses: addresses}}}
	}
	home, itself := netip.MustParsePrefix("192.168.1.5/24"), netip.MustParsePrefix("127.0.0.1/8")
	for name, test := range map[string]struct {
		network discovery.Network
		want    bool
	}{
		"no interface":        {discovery.Network{}, false},
		"itself":              {at(net.FlagUp|net.FlagLoopback, itself), false},
		"waiting for address": {at(net.FlagUp | net.FlagMulticast), false},
		"home":                {at(net.FlagUp|net.FlagMulticast, home), true},
	} {
		if got := joined(test.network); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
