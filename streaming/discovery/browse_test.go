package discovery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/miekg/dns"
)

// start is when the tests' caches begin to hear.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// home is a cache on one link.
func home() *cache {
	c := newCache()
	c.follow([]link{{1, "eth0", []netip.Prefix{netip.MustParsePrefix("192.0.2.9/24"), netip.MustParsePrefix("fe80::9/64")}}})
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
	return reply{1, netip.MustParseAddr("192.0.2.1"), readPacket(s.wire(t))}
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

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		name  string
		claim claim
		want  *Stream // only what is set is compared; nil: it is not listed
	}{
		{"a Fanlight", door(), &Stream{Name: "Door", Program: Fanlight, ID: "5eed", URL: "http://192.0.2.1:8080/stream.mjpg",
			Page: "http://192.0.2.1:8080/", Snapshot: "http://192.0.2.1:8080/snapshot.jpg", Status: "http://192.0.2.1:8080/api/status"}},
		{"with a passcode", claim{"Door", "_mjpeg._tcp", "lamp.local.", 80, []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", "auth=passcode", "id=1"}, []string{"192.0.2.1"}, 120},
			&Stream{Passcode: true, Program: Fanlight}},
		{"with HTTPS", claim{"Door", "_mjpeg._tcp", "lamp.local.", 443, []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", "auth=none", "id=1", "scheme=https", "sha256=" + strings.Repeat("AB", 32)}, []string{"192.0.2.1"}, 120},
			&Stream{Program: Fanlight, URL: "https://192.0.2.1:443/stream.mjpg#sha256=" + strings.Repeat("ab", 32), Fingerprint: strings.Repeat("ab", 32),
				Page: "https://192.0.2.1:443/", Snapshot: "https://192.0.2.1:443/snapshot.jpg", Status: "https://192.0.2.1:443/api/status"}},
		{"with a fingerprint that is none", claim{"Door", "_mjpeg._tcp", "lamp.local.", 443, []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", "id=1", "scheme=HTTPS", "sha256=" + strings.Repeat("x", 64)}, []string{"192.0.2.1"}, 120},
			&Stream{Program: Fanlight, URL: "https://192.0.2.1:443/stream.mjpg"}},
		{"another program with HTTPS", claim{"Cam", "_mjpeg._tcp", "x.local.", 443, []string{"path=/a", "scheme=https"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "https://192.0.2.1:443/a"}},
		{"a scheme of its own", claim{"Cam", "_mjpeg._tcp", "x.local.", 80, []string{"path=/a", "scheme=file"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:80/a"}},
		{"no path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{""}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/"}},
		{"a path without a slash", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"PATH=cam.mjpg"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/cam.mjpg"}},
		{"the first of two paths", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"path=/a", "Path=/b"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/a"}},
		{"an address as path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"path=http://evil.example/"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/http://evil.example/"}},
		{"another host as path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"path=//evil.example/x", "snapshot=@evil.example/x"}, []string{"192.0.2.1"}, 120},
			&Stream{URL: "http://192.0.2.1:81//evil.example/x", Snapshot: "http://192.0.2.1:81/@evil.example/x"}},
		{"a path with a line break", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{`path=/a\010Host:b`}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/"}},
		{"a long path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"path=/" + strings.Repeat("a", 240)}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/"}},
		{"umlauts in a path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{`path=/t\195\188r`}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/t%C3%BCr"}},
		{"a web server", claim{"NAS", "_http._tcp", "x.local.", 80, []string{"path=/"}, []string{"192.0.2.1"}, 120}, nil},
		{"a web server with a stream", claim{"Cam", "_http._tcp", "x.local.", 80, []string{"path=/videostream.cgi?rate=0"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:80/videostream.cgi?rate=0"}},
		{"OctoPrint", claim{"3D", "_octoprint._tcp", "x.local.", 80, []string{"path=/octo"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:80/webcam/?action=stream", Page: "http://192.0.2.1:80/octo", Program: OctoPrint}},
		{"Axis", claim{"AXIS", "_axis-video._tcp", "x.local.", 80, []string{"macaddress=00"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:80/mjpg/video.mjpg", Program: Axis}},
		{"RTSP", claim{"Cam", "_rtsp._tcp", "x.local.", 554, []string{"path=live"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "rtsp://192.0.2.1:554/live"}},
		{"port 0", claim{"Door", "_mjpeg._tcp", "x.local.", 0, []string{""}, []string{"192.0.2.1"}, 120}, nil},
		{"another service", claim{"Door", "_ipp._tcp", "x.local.", 631, []string{"path=/video.mjpg"}, []string{"192.0.2.1"}, 120}, nil},
		{"machines elsewhere", claim{"Door", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"127.0.0.1", "8.8.8.8", "224.0.0.1", "0.0.0.0", "::1", "2001:db8::1"}, 120}, nil},
		{"a name that misbehaves", claim{"\x1b[2JDo\u202Eor\n\x7f", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"192.0.2.1"}, 120}, &Stream{Name: "[2JDoor"}},
		{"a name in all scripts", claim{"Küche. (1) \\ 🎥", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"192.0.2.1"}, 120}, &Stream{Name: "Küche. (1) \\ 🎥"}},
		{"no name to show", claim{"\x01", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"192.0.2.1"}, 120}, &Stream{Name: "?"}},
		{"link-local IPv6", claim{"Door", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"fe80::1"}, 120}, &Stream{URL: "http://[fe80::1%25eth0]:80/"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := home()
			cache.hear(c.claim.packet(t), start)
			all := cache.listed(start)
			if c.want == nil {
				if len(all) > 0 {
					t.Errorf("listed as %+v", all[0])
				}
				return
			}
			if len(all) != 1 {
				t.Fatalf("listed: %+v", all)
			}
			got, want := all[0], *c.want
			for _, text := range []struct{ got, want string }{{got.Name, want.Name}, {got.URL, want.URL}, {got.Page, want.Page},
				{got.Snapshot, want.Snapshot}, {got.Status, want.Status}, {got.ID, want.ID}, {got.Fingerprint, want.Fingerprint}, {string(got.Program), string(want.Program)}} {
				if text.want != "" && text.got != text.want {
					t.Errorf("%q, want %q in %+v", text.got, text.want, got)
				}
			}
			if got.Passcode != want.Passcode {
				t.Errorf("Passcode is %v", got.Passcode)
			}
			if _, err := url.Parse(got.URL); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEachStreamOnce(t *testing.T) {
	c := home()
	web := claim{"Door", "_http._tcp", "lamp.local.", 8080, []string{"path=/video.mjpg"}, nil, 120}
	rtsp := claim{"Door", "_rtsp._tcp", "lamp.local.", 554, []string{"path=/x"}, nil, 120}
	other := claim{"Door", "_rtsp._tcp", "desk.local.", 554, []string{"path=/x"}, []string{"192.0.2.2"}, 120}
	for _, s := range []claim{web, rtsp, other, door()} {
		c.hear(s.packet(t), start)
	}
	all := c.listed(start)
	if len(all) != 2 || all[0].Host != "desk.local" || all[1].Program != Fanlight {
		t.Errorf("listed: %+v", all)
	}
}

func TestTwoNetworks(t *testing.T) {
	c := home()
	c.follow([]link{{1, "eth0", []netip.Prefix{netip.MustParsePrefix("192.0.2.9/24")}}, {2, "wlan0", []netip.Prefix{netip.MustParsePrefix("198.51.100.9/24")}}})
	s := door()
	s.addresses = []string{"fe80::1", "192.0.2.1", "10.9.9.9", "169.254.1.1", "fd00::1"}
	c.hear(s.packet(t), start)
	s.addresses = []string{"198.51.100.1", "fe80::1"}
	p := s.packet(t)
	p.link = 2
	c.hear(p, start)
	all := c.listed(start)
	if len(all) != 1 {
		t.Fatalf("listed: %+v", all)
	}
	var got []string
	for _, a := range all[0].Addresses {
		got = append(got, a.String())
	}
	slices.Sort(got[:2]) // which network comes first is left open
	want := []string{"192.0.2.1", "198.51.100.1", "10.9.9.9", "fd00::1", "169.254.1.1"}
	if !slices.Equal(got[:5], want) || len(got) != 7 || !strings.HasPrefix(got[5], "fe80::1%") || got[5] == got[6] {
		t.Errorf("addresses %q, want %q and fe80::1 on both", got, want)
	}
	c.follow([]link{{2, "wlan0", []netip.Prefix{netip.MustParsePrefix("198.51.100.9/24")}}})
	if all := c.listed(start); len(all) != 1 || all[0].URL != "http://198.51.100.1:8080/stream.mjpg" {
		t.Errorf("with one network left: %+v", all)
	}
	c.follow(nil)
	if len(c.instances)+len(c.hosts) > 0 {
		t.Errorf("without networks %d instances and %d hosts are left", len(c.instances), len(c.hosts))
	}
	c.hear(p, start)
	if all := c.listed(start); len(all) > 0 {
		t.Errorf("heard on no network: %+v", all)
	}
}

// Two machines with the same host name have each other's addresses. What decides is who announced it.
func TestTwoMachinesOfOneName(t *testing.T) {
	c := home()
	for n, name := range []string{"Door", "Yard"} {
		s := door()
		s.name, s.txt[3] = name, "id="+name
		s.addresses = []string{fmt.Sprintf("192.0.2.%d", n+1)}
		p := s.packet(t)
		p.from = netip.MustParseAddr(s.addresses[0])
		c.hear(p, start)
	}
	all := c.listed(start)
	if len(all) != 2 || all[0].URL != "http://192.0.2.1:8080/stream.mjpg" || all[1].URL != "http://192.0.2.2:8080/stream.mjpg" {
		t.Errorf("listed: %+v", all)
	}
}

func TestLinkOf(t *testing.T) {
	c := newCache()
	c.follow([]link{{1, "eth0", []netip.Prefix{netip.MustParsePrefix("192.0.2.9/24"), netip.MustParsePrefix("fe80::9/64")}},
		{2, "wlan0", []netip.Prefix{netip.MustParsePrefix("198.51.100.9/24"), netip.MustParsePrefix("fe80::8/64")}}})
	for from, want := range map[string]int{"192.0.2.1": 1, "198.51.100.1": 2, "fe80::1%wlan0": 2, "fe80::1%tun0": 0, "203.0.113.1": 0} {
		if got := c.linkOf(netip.MustParseAddr(from)); got != want {
			t.Errorf("%s is on link %d, want %d", from, got, want)
		}
	}
	p := door().packet(t)
	p.link, p.from = 0, netip.MustParseAddr("192.0.2.1")
	c.hear(p, start)
	if all := c.listed(start); len(all) != 1 {
		t.Errorf("listed: %+v", all)
	}
}

func TestLife(t *testing.T) {
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	for _, c := range []struct {
		name  string
		heard map[float64]uint32 // time to live, by when it was said
		want  map[float64]bool   // listed, by when
	}{
		{"runs out", map[float64]uint32{0: 120}, map[float64]bool{0: true, 119: true, 120: false}},
		{"is renewed", map[float64]uint32{0: 120, 100: 120}, map[float64]bool{219: true, 220: false}},
		{"goodbye", map[float64]uint32{0: 120, 10: 0}, map[float64]bool{10.5: true, 11: false, 60: false}},
		{"goodbye and back", map[float64]uint32{0: 120, 10: 0, 10.5: 120}, map[float64]bool{11: true, 60: true}},
		{"goodbye twice", map[float64]uint32{0: 120, 10: 0, 10.9: 0}, map[float64]bool{11: false}},
		{"goodbye only", map[float64]uint32{0: 0}, map[float64]bool{0: false}},
		{"for ever", map[float64]uint32{0: 1<<32 - 1}, map[float64]bool{0: true, longestLife.Seconds(): false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := home()
			for s := 0.0; s <= 2*longestLife.Seconds() && (s < 300 || c.name == "for ever"); s += 0.1 {
				tick := float64(int(s*10+0.5)) / 10
				if ttl, ok := c.heard[tick]; ok {
					announced := door()
					announced.ttl = ttl
					cache.hear(announced.packet(t), at(tick))
				}
				if s > 300 && int(s*10)%600 > 0 {
					continue
				}
				cache.sweep(at(tick))
				if want, ok := c.want[tick]; ok && want != (len(cache.listed(at(tick))) > 0) {
					t.Errorf("after %v s listed: %v, want %v", tick, !want, want)
				}
			}
			if len(cache.instances)+len(cache.hosts) > 0 && c.name != "goodbye and back" {
				t.Errorf("%d instances and %d hosts are left", len(cache.instances), len(cache.hosts))
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	c := home()
	c.hear(door().packet(t), start)
	moved := door()
	moved.addresses = []string{"192.0.2.7"}
	c.hear(moved.packet(t), start.Add(5*time.Second)) // and flushes the old one
	if all := c.listed(start.Add(5 * time.Second)); len(all) != 1 || len(all[0].Addresses) != 1 || all[0].URL != "http://192.0.2.7:8080/stream.mjpg" {
		t.Errorf("after a move: %+v", all)
	}
	// Another program of the machine ends and takes the address back.
	other := door()
	other.name, other.addresses, other.ttl = "Other", []string{"192.0.2.7"}, 0
	c.hear(other.packet(t), start.Add(6*time.Second))
	if all := c.listed(start.Add(10 * time.Second)); len(all) != 1 {
		t.Errorf("after another's goodbye: %+v", all)
	}
}

func TestQuestions(t *testing.T) {
	c := home()
	whole := door().packet(t)
	pointer := reply{whole.link, whole.from, whole.records[:1]}
	c.hear(pointer, start)
	var asked []float64
	for s := 0.0; s < 100; s += 0.1 {
		due, _ := c.questions(start.Add(time.Duration(s * float64(time.Second))))
		if len(due) == 0 {
			continue
		}
		asked = append(asked, float64(int(s*10+0.5))/10)
		var m dns.Msg
		if err := m.Unpack(due[1][0]); err != nil || len(m.Question) != 2 || m.Question[0].Name != "door._mjpeg._tcp.local." || m.Response || m.Id != 0 {
			t.Fatalf("asked %+v, %v", m, err)
		}
	}
	if want := []float64{0.1, 0.5, 2.1, 8.5, 34.1, 94.1}; len(asked) != len(want) {
		t.Errorf("asked after %v s, want %v", asked, want)
	}
	at := start.Add(100 * time.Second)
	c.hear(whole, at)
	if due, _ := c.questions(at); len(due) > 0 {
		t.Errorf("asks though nothing is missing: %v", due)
	}
	if _, next := c.questions(at.Add(100 * time.Second)); next.IsZero() {
		t.Error("does not ask before the time has run out")
	}
	bye := door()
	bye.ttl = 0
	c.hear(bye.packet(t), at.Add(100*time.Second))
	if due, next := c.questions(at.Add(100 * time.Second)); len(due) > 0 || !next.IsZero() {
		t.Errorf("asks for what says goodbye: %v, %v", due, next)
	}
}

func TestBounds(t *testing.T) {
	c := home()
	for n := range 3000 {
		s := door()
		s.name, s.host = fmt.Sprint("Door ", n), fmt.Sprintf("host%d.local.", n)
		s.txt = slices.Repeat([]string{strings.Repeat("x", 255)}, 20)
		for a := range 30 {
			s.addresses = append(s.addresses, fmt.Sprintf("10.0.0.%d", a+1))
		}
		p := s.packet(t)
		p.from = netip.AddrFrom4([4]byte{10, 0, 0, byte(n % 2)})
		c.hear(p, start)
	}
	if len(c.instances) != mostInstances || len(c.hosts) > mostInstances {
		t.Errorf("%d instances, %d hosts", len(c.instances), len(c.hosts))
	}
	for at, i := range c.instances {
		if len(i.txt) > mostTXT || len(c.addresses(at, i)) > mostAddresses {
			t.Errorf("%d texts, %d addresses", len(i.txt), len(c.addresses(at, i)))
		}
	}
	one := home()
	for n := range 1000 {
		s := door()
		s.name = fmt.Sprint("Door ", n)
		one.hear(s.packet(t), start)
	}
	if len(one.instances) != mostFrom {
		t.Errorf("%d instances of one sender", len(one.instances))
	}
}

// takers are the addresses that take connections; those of false refuse them.
type takers map[string]bool

func (a takers) dial(ctx context.Context, _, address string) (net.Conn, error) {
	ok, known := a[address]
	switch {
	case ok:
		conn, other := net.Pipe()
		other.Close()
		return conn, nil
	case known:
		return nil, errors.New("refused")
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

// pass checks what is due for a while, and returns the last verdict.
func (c *checks) pass(t *testing.T, f *found, d time.Duration) (s Stream, ok bool) {
	end := time.NewTimer(d)
	for {
		next := c.follow(t.Context(), []*found{f}, time.Now())
		wake := make(<-chan time.Time)
		if !next.IsZero() {
			wake = time.After(max(time.Until(next), time.Millisecond))
		}
		select {
		case r := <-c.results:
			c.take(r, time.Now())
		case <-wake:
		case <-end.C:
			return c.verdict(f)
		}
	}
}

func TestChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChecks(usualWaits)
		lamp := takers{"10.0.0.1:80": true, "[fd00::1]:80": true}
		c.dial = lamp.dial
		f := &found{stream: Stream{Port: 80}, at: paths{scheme: "http", stream: "/"},
			addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fd00::1")}}
		expect := func(when string, after time.Duration, url string) {
			t.Helper()
			s, ok := c.pass(t, f, after)
			if ok != (url != "") || ok && s.URL != url {
				t.Errorf("%s: %v, %s, want %s", when, ok, s.URL, url)
			}
		}
		c.follow(t.Context(), []*found{f}, time.Now())
		if _, ok := c.verdict(f); !ok {
			t.Error("one that was just found is not listed")
		}
		expect("answers", time.Hour, "http://10.0.0.1:80/")
		lamp["10.0.0.1:80"] = false
		expect("at another address", time.Minute, "http://[fd00::1]:80/")
		delete(lamp, "10.0.0.1:80")
		delete(lamp, "[fd00::1]:80")
		expect("vanished", time.Minute, "")
		lamp["10.0.0.1:80"] = true
		expect("back, unsaid", time.Minute, "http://10.0.0.1:80/")
		lamp["10.0.0.1:80"] = false
		lamp["[fd00::1]:80"] = false
		expect("refused", time.Minute, "")
		lamp["10.0.0.1:80"] = true
		f.heard = time.Now()
		expect("back, announced", 2*time.Second, "http://10.0.0.1:80/")
		c.follow(t.Context(), nil, time.Now())
		if len(c.known) > 0 {
			t.Errorf("knows %d that are no more", len(c.known))
		}
		c.wait()
	})
}

// Of many that are due, those go first that have waited longest.
func TestChecksLeaveNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChecks(waits{dial: time.Second, again: time.Millisecond, first: time.Millisecond, longest: time.Millisecond})
		c.dial = takers{}.dial // nobody answers, so each check takes a second
		var all []*found
		for n := range 10 * mostChecks {
			all = append(all, &found{stream: Stream{Port: n}, addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1")}})
		}
		for range 2 * len(all) {
			c.follow(t.Context(), all, time.Now())
			if c.running > mostChecks {
				t.Fatalf("%d checks run at a time", c.running)
			}
			c.take(<-c.results, time.Now())
		}
		for k, h := range c.known {
			if h.failures != 2 {
				t.Errorf("stream %d was checked %d times", k.port, h.failures)
			}
		}
		time.Sleep(time.Minute)
		for c.running > 0 {
			c.take(<-c.results, time.Now())
		}
	})
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
		p := reply{1, netip.MustParseAddr("192.0.2.1"), readPacket(wire)}
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

// isHidden tells whether a rune has no place in a text that is shown.
func isHidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && !isJoiner(r) }

func TestClean(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Front\x00door\r\n", "Front door"},
		{"gpj.\u202etnorF", "gpj.tnorF"},                     // RIGHT-TO-LEFT OVERRIDE
		{"\u2067a\u2069\u200b\ufeff\u00ad\U000e0041b", "ab"}, // isolates, ZERO WIDTH SPACE, BOM, SOFT HYPHEN, a tag
		{"👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"},               // a family
		{"می\u200cخواهم", "می\u200cخواهم"},                   // a Persian word
		{" \u200d \u200c", ""},
		{strings.Repeat("a", maxLabel-4) + " \u200db", strings.Repeat("a", maxLabel-4)}, // cut behind a joiner
	} {
		if got := clean(c.text, maxLabel); got != c.want {
			t.Errorf("clean(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func FuzzUnescaped(f *testing.F) {
	f.Add("Küche. (1) \\ 🎥")
	f.Add("\u202e\u200d evil \u2066\u200d")
	f.Fuzz(func(t *testing.T, label string) {
		if got := unescaped(escape(label)); got != label {
			t.Errorf("%q became %q", label, got)
		}
		if got := clean(label, maxLabel); len(got) > maxLabel || !utf8.ValidString(got) || clean(got, maxLabel) != got || strings.ContainsFunc(got, isHidden) {
			t.Errorf("%q cleaned is %q", label, got)
		}
		unescaped(label)
	})
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
		cache.hear(reply{1, netip.MustParseAddr("192.0.2.1"), readPacket(wire)}, start)
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
