package discovery

import (
	"fmt"
	"net/netip"
	"testing"
)

// neighbour is the nth machine of a network.
func neighbour(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, 0, byte(n / 200), byte(1 + n%200)})
}

// page is the nth web page, or other stream, of a network.
func (s claim) named(n int) claim {
	s.name, s.host = fmt.Sprint(s.name, " ", n), fmt.Sprintf("host%d.local.", n)
	return s
}

func TestManyWebPagesLeaveRoomForCameras(t *testing.T) {
	c := home()
	page := door()
	page.name, page.service, page.txt = "Page", "_http._tcp", []string{"path=/admin"}
	for n := range 700 {
		p := page.named(n).packet(t)
		p.from = neighbour(n)
		c.hear(p, start)
	}
	streamer := door()
	streamer.name, streamer.service, streamer.txt, streamer.host = "Streamer", "_http._tcp", []string{"path=/?action=stream"}, "pi.local."
	for n, s := range []claim{door(), streamer} {
		p := s.packet(t)
		p.from = neighbour(700 + n)
		c.hear(p, start)
	}
	if all := c.listed(start); len(all) != 2 {
		t.Errorf("lists %d streams among 700 web pages: %+v", len(all), all)
	}
	if c.seats.short {
		t.Error("web pages count as more streams")
	}
	if len(c.instances) > mostInstances || len(c.seats.owners) != len(c.instances) {
		t.Errorf("%d instances, %d seats", len(c.instances), len(c.seats.owners))
	}
	c.sweep(start.Add(2 * longestLife))
	if s := c.seats; len(c.instances)+len(s.owners)+len(s.counts)+len(s.idle) > 0 {
		t.Errorf("keeps %+v of nobody", s)
	}
}

// A neighbour is bounded, and two addresses are no two shares of the room.
func TestNeighbourWithManyNamesLeavesRoomForOthers(t *testing.T) {
	c := home()
	for n := range 600 {
		s := door()
		s.name = fmt.Sprint("Many ", n)
		for _, from := range []string{"192.0.2.2", "fe80::2%eth0"}[n%2:] {
			p := s.packet(t)
			p.from = netip.MustParseAddr(from)
			c.hear(p, start)
		}
	}
	if len(c.instances) != mostInstances {
		t.Errorf("%d instances", len(c.instances))
	}
	if !c.seats.short {
		t.Error("nothing tells that there is more")
	}
	for n := range 100 {
		s := door()
		s.name = "Other"
		p := s.named(n).packet(t)
		p.from = neighbour(n)
		c.hear(p, start)
	}
	others := 0
	for _, i := range c.instances {
		if i.host != door().host {
			others++
		}
	}
	if others != 100 || len(c.instances) != mostInstances {
		t.Errorf("%d of 100 others among %d", others, len(c.instances))
	}
	if c.sweep(start.Add(2 * longestLife)); c.seats.short {
		t.Error("more than an empty list")
	}
}

// Through the daemon the sender is not known: the host counts.
func TestHostWithManyNamesLeavesRoomForOthers(t *testing.T) {
	c := home()
	hear := func(s claim) {
		p := s.packet(t)
		p.from, p.kept = netip.Addr{}, true
		c.hear(p, start)
	}
	for n := range 600 {
		s := door()
		s.name = fmt.Sprint("Many ", n)
		hear(s)
	}
	if len(c.instances) != mostOfOne {
		t.Errorf("%d instances of one host", len(c.instances))
	}
	other := door()
	other.name, other.host = "Other", "other.local."
	hear(other)
	if c.instances[place{1, "other._mjpeg._tcp.local."}] == nil {
		t.Error("the other host's is left out")
	}
}
