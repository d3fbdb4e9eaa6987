package discovery

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

func TestLinkOf(t *testing.T) {
	c := newCache()
	c.follow([]link{{1, "eth0", []netip.Prefix{netip.MustParsePrefix("192.0.2.9/24"), netip.MustParsePrefix("fe80::9/64")}},
		{2, "wlan0", []netip.Prefix{netip.MustParsePrefix("198.51.100.9/24"), netip.MustParsePrefix("fe80::8/64")}}}, start)
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
	clear(c.rounds) // of the questions for all instances; see TestRounds
	whole := door().packet(t)
	pointer := reply{link: whole.link, from: whole.from, records: whole.records[:1]}
	c.hear(pointer, start)
	var asked []float64
	for s := 0.0; s < 100; s += 0.1 {
		due, _ := c.questions(start.Add(time.Duration(s * float64(time.Second))))
		if len(due) == 0 {
			continue
		}
		asked = append(asked, float64(int(s*10+0.5))/10)
		var m dns.Msg
		want := 2
		if len(asked) == 2 || len(asked) == 3 { // and for the pointer, with which all may come
			want = 3
		}
		if err := m.Unpack(due[1][0]); err != nil || len(m.Question) != want || m.Question[0].Name != "Door._mjpeg._tcp.local." || m.Response || m.Id != 0 {
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
		if len(i.txt) > len(textKeys) || len(c.addresses(at, i)) > mostAddresses {
			t.Errorf("%d texts, %d addresses", len(i.txt), len(c.addresses(at, i)))
		}
	}
	one := home()
	for n := range 1000 {
		s := door()
		s.name = fmt.Sprint("Door ", n)
		one.hear(s.packet(t), start)
	}
	if len(one.instances) != mostOfOne {
		t.Errorf("%d instances of one sender", len(one.instances))
	}
}

// What is asked for a thumbnail is in the network that the announcement came in on.
func TestNearAddresses(t *testing.T) {
	for address, near := range map[string]bool{"192.0.2.1": true, "fe80::1": true, "169.254.7.7": true, "192.168.1.1": false, "10.0.0.1": false, "fd00::1": false} {
		c := home()
		said := door()
		said.addresses = []string{address}
		c.hear(said.packet(t), start)
		if all := c.listed(start); len(all) != 1 || all[0].Near != near {
			t.Errorf("%s is listed as %+v", address, all)
		}
	}
}

// Others may not announce what runs on this machine.
func TestOnlyThisMachineAnnouncesItself(t *testing.T) {
	for from, listed := range map[string]bool{"192.0.2.1": false, "fe80::1%eth0": false, "192.0.2.9": true, "fe80::9%eth0": true} {
		for _, address := range []string{"192.0.2.9", "fe80::9"} {
			c := home()
			said := door()
			said.addresses = []string{address}
			packet := said.packet(t)
			packet.from = netip.MustParseAddr(from)
			c.hear(packet, start)
			if all := c.listed(start); len(all) > 0 != listed {
				t.Errorf("%s announced by %s: %+v", address, from, all)
			}
		}
	}
}
