package discovery

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"

	"fanlight/streaming/discovery/avahi"
)

// browsing is a source with a crowd: mostOfOne cameras at one address, each with a host of its
// own. Some of them are pages.
func browsing(t *testing.T, address netip.Addr, pages int) *throughAvahi {
	s := &throughAvahi{browser: &avahi.Browser{}, ctx: t.Context(), named: map[string]*named{}, seats: newSeats[string](),
		outside: map[string]string{}, targets: map[place][]string{}, hosts: map[string]int{}, addresses: map[place][]netip.Addr{}}
	for n := range mostOfOne {
		key, host := fmt.Sprint("many", n), fmt.Sprintf("Many%d.local.", n)
		s.enter(key, host)
		s.seats.rest(key, n < pages)
		s.at(host, address, false)
	}
	return s
}

// enter gives an instance a place and a host, which is asked for already.
func (s *throughAvahi) enter(key, host string) {
	s.named[key] = &named{key, 1}
	s.seats.admit(key, "")
	s.hosts[host]++
	s.takeTarget(place{1, key}, host, false)
}

func (s *throughAvahi) at(host string, address netip.Addr, gone bool) bool {
	var record dns.RR = &dns.A{Hdr: header(host, dns.TypeA, 0, timeToLive), A: address.AsSlice()}
	if address.Is6() {
		record = &dns.AAAA{Hdr: header(host, dns.TypeAAAA, 0, timeToLive), AAAA: address.AsSlice()}
	}
	return s.take(avahi.Record{Index: 1, Record: record, Gone: gone})
}

// Through the daemon no sender is known: the address tells that many hosts are one neighbour.
func TestAddressTellsWhoseAnInstanceIs(t *testing.T) {
	many, other, wide := netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.3"), netip.MustParseAddr("2001:db8::2")
	for name, c := range map[string]struct {
		pages     int // of the crowd
		isPage    bool
		addresses []netip.Addr // of one instance more
		gone      []netip.Addr // of those
		stays     bool
		owner     string // if it stays
		crowd     int    // instances of the crowd then
	}{
		"no address yet":                 {stays: true, owner: "late.local.", crowd: mostOfOne},
		"the crowd's address":            {addresses: []netip.Addr{many}, crowd: mostOfOne},
		"another one":                    {addresses: []netip.Addr{other}, stays: true, owner: "192.0.2.3", crowd: mostOfOne},
		"another one, over IPv6 first":   {addresses: []netip.Addr{wide, other}, stays: true, owner: "192.0.2.3", crowd: mostOfOne},
		"another one, over IPv6 next":    {addresses: []netip.Addr{other, wide}, stays: true, owner: "192.0.2.3", crowd: mostOfOne},
		"the crowd's, over IPv6 first":   {addresses: []netip.Addr{wide, many}, crowd: mostOfOne},
		"another one that goes":          {addresses: []netip.Addr{other}, gone: []netip.Addr{other}, stays: true, owner: "late.local.", crowd: mostOfOne},
		"one of two goes":                {addresses: []netip.Addr{other, wide}, gone: []netip.Addr{other}, stays: true, owner: "2001:db8::2", crowd: mostOfOne},
		"the crowd has a page":           {pages: 1, addresses: []netip.Addr{many}, stays: true, owner: "192.0.2.2", crowd: mostOfOne},
		"a page more of a crowd's pages": {pages: 9, isPage: true, addresses: []netip.Addr{many}, crowd: mostOfOne},
	} {
		t.Run(name, func(t *testing.T) {
			s := browsing(t, many, c.pages)
			s.enter("late", "Late.local.")
			s.seats.rest("late", c.isPage)
			passed := true
			for _, a := range c.addresses {
				passed = s.at("Late.local.", a, false)
			}
			for _, a := range c.gone {
				s.at("Late.local.", a, true)
			}
			if owner, stays := s.seats.owners["late"]; stays != c.stays || owner != c.owner {
				t.Errorf("stays %v as %q's, want %v as %q's", stays, owner, c.stays, c.owner)
			}
			if out, isOut := s.outside["late"]; isOut == c.stays || isOut && out != many.String() {
				t.Errorf("outside %v, as %q's", isOut, out)
			}
			if n := s.seats.counts[many.String()]; n != c.crowd {
				t.Errorf("%d of the crowd, want %d", n, c.crowd)
			}
			if !passed && c.stays {
				t.Error("the last address is not passed on")
			}
		})
	}
}

// A full list takes the instance that follows on a goodbye: the daemon sends both at once.
func TestPlaceOfOneThatLeftIsFree(t *testing.T) {
	b := &browser{cache: home()}
	tell := func(n int, ttl uint32) {
		record := &dns.SRV{Hdr: header(fmt.Sprintf("camera%d._mjpeg._tcp.local.", n), dns.TypeSRV, flush, ttl), Target: fmt.Sprintf("host%d.local.", n), Port: 8080}
		b.hear(reply{link: 1, records: []dns.RR{record}, kept: true}, start.Add(time.Duration(n)))
	}
	for n := range mostInstances {
		tell(n, timeToLive)
	}
	tell(0, 0)
	tell(mostInstances, timeToLive)
	for n, want := range map[int]bool{0: false, 1: true, mostInstances: true} {
		at := place{1, fmt.Sprintf("camera%d._mjpeg._tcp.local.", n)}
		if got := b.cache.instances[at] != nil; got != want {
			t.Errorf("%v is kept: %v", at, got)
		}
	}
}
