package discovery

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
)

// A neighbour that floods and lies does not hide the others, and costs no more
// than it may.
func TestBrowseStandsNoise(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk, den := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.28.0.1/24"}, den, "eth0", []string{"10.28.0.9/24"})
	connect(t, desk, "wired", []string{"10.29.0.1/24"}, den, "eth1", []string{"10.29.0.9/24"})
	desk.serveSilence(t, strconv.Itoa(liarsPort))
	b := den.startBrowser(t)
	startProcess(t, desk.asRole(t, roleNoise))
	waitFor(t, "noise", func() error {
		if len(b.seen().Streams) < mostOfOne/2 {
			return fmt.Errorf("lists %d streams", len(b.seen().Streams))
		}
		return nil
	})
	a := lamp.startAnnouncer(t, "Quiet")
	listsQuiet := func(want bool) error {
		now := b.seen()
		if got := slices.ContainsFunc(now.Streams, func(s Stream) bool { return s.Name == "Quiet" }); got != want {
			return fmt.Errorf("among %d streams: %v, want %v\n%s", len(now.Streams), got, want, b.stderr.String())
		}
		if len(now.Streams) > mostInstances || now.Heap > 64<<20 {
			t.Fatalf("%d streams, %d bytes", len(now.Streams), now.Heap)
		}
		return nil
	}
	waitFor(t, "Quiet in the noise", func() error { return listsQuiet(true) })
	a.stop(t)
	waitFor(t, "Quiet's goodbye in the noise", func() error { return listsQuiet(false) })
	b.stop(t)
}

const liarsPort = 7200

// beNoise sends malformed packets and lies until standard input ends.
func beNoise() error {
	done := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); close(done) }()
	conn, err := net.ListenUDP("udp4", group4)
	if err != nil {
		return err
	}
	defer conn.Close()
	wired, err := net.InterfaceByName("wired")
	if err != nil {
		return err
	}
	if err := ipv4.NewPacketConn(conn).SetMulticastInterface(wired); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(1, 2))
	for n := 0; ; n++ {
		packet := lie(n)
		switch n % 4 {
		case 1: // cut
			packet = packet[:random.IntN(len(packet))]
		case 2: // broken
			for range 5 {
				packet[random.IntN(len(packet))] = byte(random.Uint32())
			}
		case 3: // nothing at all
			for i := range packet {
				packet[i] = byte(random.Uint32())
			}
		}
		if _, err := conn.WriteTo(packet, group4); err != nil {
			return err
		}
		select {
		case <-done:
			return nil
		case <-time.After(200 * time.Microsecond):
		}
	}
}

// lie announces a stream that is not there, another one with each n, with a huge
// TXT record and a name that misbehaves.
func lie(n int) []byte {
	name := escape("\x00\x1b[2J\u202E lie "+strconv.Itoa(n)) + "._mjpeg._tcp.local."
	header := func(name string, kind uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: 1 << 31}
	}
	message := dns.Msg{Compress: true}
	message.Response = true
	message.Answer = []dns.RR{
		&dns.PTR{Hdr: header("_mjpeg._tcp.local.", dns.TypePTR), Ptr: name},
		&dns.SRV{Hdr: header(name, dns.TypeSRV), Target: "liar.local.", Port: liarsPort},
		&dns.TXT{Hdr: header(name, dns.TypeTXT), Txt: []string{"path=/" + strings.Repeat("x", 240), strings.Repeat("y", 255), "id=" + strings.Repeat("z", 200)}},
		&dns.A{Hdr: header("liar.local.", dns.TypeA), A: net.IPv4(10, 29, 0, 1)},
		&dns.A{Hdr: header("liar.local.", dns.TypeA), A: net.IPv4(127, 0, 0, 1)},
		&dns.A{Hdr: header("liar.local.", dns.TypeA), A: net.IPv4(8, 8, 8, 8)},
	}
	packed, err := message.Pack()
	if err != nil {
		panic(err)
	}
	return packed
}

// Strangers send what they like, and much of it.
func TestFloodLeavesTheAnnouncementStanding(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.29.0.1/24"}, desk, "eth0", []string{"10.29.0.2/24"})
	desk.startAvahi(t)
	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}})
	n := identity{service: Service{Name: "Kitchen", Port: 1}, instance: "Kitchen", host: "lamp", hostOurs: true}
	m := response(n.records([]netip.Addr{netip.MustParseAddr("10.29.0.2")}, timeToLive))
	question := new(dns.Msg).SetQuestion("_http._tcp.local.", dns.TypePTR)
	err := desk.inNetwork(func() error {
		conn, err := multicastConn(group4)
		if err != nil {
			return err
		}
		defer conn.Close()
		conn.SetWriteDeadline(time.Now().Add(patience))
		random := rand.New(rand.NewPCG(1, 2))
		for range 5000 {
			packed, err := []*dns.Msg{m, question}[random.IntN(2)].Pack()
			if err != nil {
				return err
			}
			for range random.IntN(4) { // whole, or damaged
				packed[random.IntN(len(packed))] = byte(random.Uint32())
			}
			if _, err := conn.WriteTo(packed[:1+random.IntN(len(packed))], group4); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The greater port is lamp's, so it keeps the name while its rival is heard no more.
	waitFor(t, "some name", func() error {
		entries, err := browse(desk, "_mjpeg._tcp")
		if err != nil || !slices.ContainsFunc(entries, func(e entry) bool { return e.port == a.port && get(desk, e) == nil }) {
			return fmt.Errorf("%v, %w", entries, err)
		}
		return nil
	})
	a.stop(t)
}
