package discovery

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
)

// 700 web pages and 600 streams of as many hosts, which are all one neighbour, do not push a camera out of
// the list.
func TestCrowdLeavesRoomForACamera(t *testing.T) {
	onBoth(t, func(t *testing.T, prepare func(...*machine)) {
		lan := newLAN(t, "lan")
		lamp, crowd, den := newMachine(t, "lamp"), newMachine(t, "crowd"), newMachine(t, "den")
		lan.plug(t, lamp, "wired", "10.47.0.1/24")
		lan.plug(t, crowd, "wired", "10.47.0.2/24")
		lan.plug(t, den, "eth0", "10.47.0.9/24")
		prepare(den)
		crowd.serveSilence(t, strconv.Itoa(liarsPort))
		b := den.startBrowser(t)
		startProcess(t, crowd.asRole(t, roleCrowd))
		waitLong(t, 4*patience, "the crowd", func() error {
			if n := len(b.seen().Streams); n < 50 || n > mostInstances {
				return fmt.Errorf("lists %d streams", n)
			}
			return nil
		})
		a := lamp.startAnnouncer(t, "Quiet")
		lists := func(want bool) func() error {
			return func() error {
				now := b.seen().Streams
				if got := slices.ContainsFunc(now, func(s Stream) bool { return s.Name == "Quiet" }); got != want {
					return fmt.Errorf("among %d streams: %v, want %v", len(now), got, want)
				}
				return nil
			}
		}
		waitLong(t, 4*patience, "Quiet in the crowd", lists(true))
		waitLong(t, 4*patience, "a word that there is more", func() error {
			if !b.seen().More {
				return errors.New("the list counts as whole")
			}
			return nil
		})
		a.stop(t)
		waitLong(t, 4*patience, "Quiet's goodbye", lists(false))
		b.stop(t)
	})
}

// beCrowd announces the crowd over and over until standard input ends.
func beCrowd() error {
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
	for {
		for n := range 1300 {
			service, host, text := "_http._tcp.local.", fmt.Sprintf("host%d.local.", n), "path=/admin"
			if n >= 700 {
				service, text = "_mjpeg._tcp.local.", "path=/stream"
			}
			if _, err := conn.WriteTo(crowded(fmt.Sprint("Crowd ", n), service, host, text), group4); err != nil {
				return err
			}
			select {
			case <-done:
				return nil
			case <-time.After(5 * time.Millisecond): // avahi-daemon takes a core for a thousand a second
			}
		}
	}
}

func crowded(name, service, host, text string) []byte {
	name = escape(name) + "." + service
	m := response([]dns.RR{
		&dns.PTR{Hdr: header(service, dns.TypePTR, 0, 4500), Ptr: name},
		&dns.SRV{Hdr: header(name, dns.TypeSRV, flush, timeToLive), Target: host, Port: liarsPort},
		&dns.TXT{Hdr: header(name, dns.TypeTXT, flush, 4500), Txt: []string{text}},
		&dns.A{Hdr: header(host, dns.TypeA, flush, timeToLive), A: net.IPv4(10, 47, 0, 2)},
	})
	packed, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return packed
}
