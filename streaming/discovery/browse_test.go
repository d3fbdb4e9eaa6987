package discovery

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/miekg/dns"
)

// start is when the tests' caches begin to hear.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// home is a cache on one link.
func home() *cache {
	c := newCache()
	c.follow([]link{{1, "eth0", []netip.Prefix{netip.MustParsePrefix("192.0.2.9/24"), netip.MustParsePrefix("fe80::9/64")}}}, start)
	return c
}

// claim is a service as an announcement has it. Its name is as people write it.
type claim struct {
	name, service, host string
	port                uint16
	txt                 []string
	addresses           []string
	ttl                 uint32
}

func door() claim {
	return claim{"Door", "_mjpeg._tcp", "lamp.local.", 8080, []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", "auth=none", "id=5eed"}, []string{"192.0.2.1"}, 120}
}

// packet is the announcement on the wire, and read again.
func (s claim) packet(t testing.TB) reply {
	t.Helper()
	return reply{link: 1, from: netip.MustParseAddr("192.0.2.1"), records: readPacket(s.wire(t))}
}

func (s claim) wire(t testing.TB) []byte {
	t.Helper()
	name := escape(s.name) + "." + s.service + ".local."
	header := func(name string, kind uint16, class uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET | class, Ttl: s.ttl}
	}
	message := dns.Msg{Compress: true}
	message.Response = true
	message.Answer = []dns.RR{&dns.PTR{Hdr: header(s.service+".local.", dns.TypePTR, 0), Ptr: name}}
	// In an order that makes the reader look twice.
	for _, a := range s.addresses {
		if address := netip.MustParseAddr(a); address.Is4() {
			message.Extra = append(message.Extra, &dns.A{Hdr: header(s.host, dns.TypeA, flush), A: address.AsSlice()})
		} else {
			message.Extra = append(message.Extra, &dns.AAAA{Hdr: header(s.host, dns.TypeAAAA, flush), AAAA: address.AsSlice()})
		}
	}
	message.Extra = append(message.Extra,
		&dns.TXT{Hdr: header(name, dns.TypeTXT, flush), Txt: s.txt},
		&dns.SRV{Hdr: header(name, dns.TypeSRV, flush), Target: s.host, Port: s.port})
	wire, err := message.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

// readPacket reads a packet of another machine's.
func readPacket(content []byte) []dns.RR {
	message := readMessage(content)
	if message == nil {
		return nil
	}
	return records(packet{message, netip.MustParseAddrPort("192.0.2.1:5353"), 1})
}

// listed are the streams of a cache.
func (c *cache) listed(now time.Time) (all []Stream) {
	for _, f := range c.streams(now) {
		all = append(all, f.reachedAt(f.addresses))
	}
	return all
}

// What the speaker says of a stream is what the browser lists.
func TestAnnouncedIsListed(t *testing.T) {
	sum := strings.Repeat("0d", 32)
	for _, c := range []struct {
		service Service
		want    Stream
	}{
		{Service{Name: "Door", Port: 8080, ID: "5eed"}, Stream{URL: "http://192.0.2.1:8080/stream.mjpg"}},
		{Service{Name: "Door", Port: 8080, ID: "5eed", Passcode: true, Fingerprint: sum},
			Stream{Passcode: true, Fingerprint: sum, URL: "https://192.0.2.1:8080/stream.mjpg#sha256=" + sum}},
	} {
		n := identity{service: c.service, instance: "Tür. 1", host: "lamp", hostOurs: true}
		wire, err := response(n.records([]netip.Addr{netip.MustParseAddr("192.0.2.1")}, timeToLive)).Pack()
		if err != nil {
			t.Fatal(err)
		}
		cache := home()
		cache.hear(reply{link: 1, from: netip.MustParseAddr("192.0.2.1"), records: readPacket(wire)}, start)
		all := cache.listed(start)
		if len(all) != 1 {
			t.Fatalf("listed: %+v", all)
		}
		got := all[0]
		if got.Name != "Tür. 1" || got.Host != "lamp.local" || got.ID != "5eed" || got.Program != Fanlight ||
			got.Passcode != c.want.Passcode || got.Fingerprint != c.want.Fingerprint || got.URL != c.want.URL {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}

// What a packet says may be anything: what is made of it has bounds, and can be shown.
func FuzzBrowse(f *testing.F) {
	f.Add(door().wire(f))
	for _, service := range services {
		s := door()
		s.service, s.name = service, "\x00.\\ \xff🎥"
		s.addresses = []string{"fe80::1", "10.0.0.1"}
		f.Add(s.wire(f))
	}
	f.Add([]byte{0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 0x0c, 0, 12, 0, 1, 0, 0, 0, 1, 0, 2, 0xc0, 0x0c})
	f.Fuzz(func(t *testing.T, wire []byte) {
		c := home()
		p := reply{link: 1, from: netip.MustParseAddr("192.0.2.1"), records: readPacket(wire)}
		for n := range 3 {
			now := start.Add(time.Duration(n) * 700 * time.Millisecond)
			c.hear(p, now)
			c.sweep(now)
			c.questions(now)
			for _, s := range c.listed(now) {
				for _, text := range []string{s.Name, s.Host, s.ID, s.URL, s.Page, s.Snapshot, s.Status} {
					if !utf8.ValidString(text) || strings.ContainsFunc(text, isHidden) || len(text) > 1000 {
						t.Errorf("text %q", text)
					}
				}
				parsed, err := url.Parse(s.URL)
				if err != nil || s.Name == "" || len(s.Addresses) == 0 || parsed.Port() != fmt.Sprint(s.Port) || parsed.User != nil {
					t.Errorf("stream %+v: %v", s, err)
				}
			}
		}
		if len(c.instances) > mostRecords || len(c.hosts) > mostRecords {
			t.Errorf("%d instances, %d hosts", len(c.instances), len(c.hosts))
		}
	})
}
