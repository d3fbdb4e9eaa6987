package main

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fanlight/streaming/discovery"
	"fanlight/streaming/reach"
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

// walled has a firewall that blocks discovery: its program is a script that answers as
// firewall-cmd(1) says. The function opens it.
func walled(t *testing.T) (open func()) {
	programs := t.TempDir()
	script := "#!/bin/sh\ncase $1 in\n--state) echo running;;\n--get-default-zone) echo public;;\n--query-*) echo no; exit 1;;\nesac\n"
	file := filepath.Join(programs, "firewall-cmd")
	if err := os.WriteFile(file, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", programs)
	return func() {
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
	}
}

const wallWords = "this computer and others do not find each other's streams, because the firewall firewalld blocks UDP port 5353. Open it with: sudo firewall-cmd --add-service=mdns"

func TestFirewallThatBlocksDiscovery(t *testing.T) {
	for _, silent := range []bool{false, true} {
		openWall := walled(t)
		p := windowless(t, options{Listen: "127.0.0.1:0"})
		afterJobs(t, p)                // which read the options
		p.options.NoDiscovery = silent // nothing is announced on a loopback address
		p.Share(true)
		until(t, p, "the link", func(s ui.State) bool { return s.Link != "" })
		shared := make(chan *sharing, 1)
		p.jobs.add(func() { shared <- p.sharing })
		s := <-shared

		want := wallWords
		if silent {
			want = "" // nobody is to find it
		}
		p.linkTo(s, "", discovery.Network{})
		if got := p.state().Problem; got != want {
			t.Errorf("without discovery %v: %q, want %q", silent, got, want)
		}
		openWall()
		p.linkTo(s, "", discovery.Network{})
		if got := p.state().Problem; got != "" {
			t.Errorf("once it is open: %q", got)
		}
	}
}

func TestOtherLinks(t *testing.T) {
	home, office := reach.NumberedLink{Link: "http://192.168.1.5:8080/", Interface: "eth0"}, reach.NumberedLink{Link: "http://10.3.0.2:8080/", Interface: "wlan0"}
	both := []reach.NumberedLink{home, office}
	for name, c := range map[string]struct {
		shown string
		all   []reach.NumberedLink
		want  []ui.OtherLink
	}{
		"one network, by number":  {home.Link, both[:1], nil},
		"one network, by name":    {"http://lamp.local:8080/", both[:1], nil},
		"two networks, by number": {home.Link, both, []ui.OtherLink{ui.OtherLink(office)}},
		"two networks, by name":   {"http://lamp.local:8080/", both, []ui.OtherLink{ui.OtherLink(home), ui.OtherLink(office)}},
	} {
		if got := otherLinks(c.shown, c.all); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
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
