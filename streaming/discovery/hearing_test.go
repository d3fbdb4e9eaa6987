package discovery

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/time/rate"
)

// A flood makes no flood of answers.
func TestAnswersAreASecondApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{random: rand.New(rand.NewPCG(1, 0))}
		m := r.enter(t, 1)
		time.Sleep(10 * time.Second)
		stranger := r.open(netip.MustParseAddr("10.0.0.2"))
		goodbye := identity{service: Service{Name: "Kitchen", Port: 8080}, instance: "Kitchen", host: "any"}
		answers := 0
		for range 1000 {
			stranger.send(addressed(working), new(dns.Msg).SetQuestion("_http._tcp.local.", dns.TypePTR))
			stranger.send(addressed(working), response(goodbye.records(nil, 0)))
			time.Sleep(10 * time.Millisecond)
			for len(stranger.packets) > 0 {
				if p := <-stranger.packets; p.from.Addr() == m.address {
					answers++
				}
			}
		}
		if answers < 8 || answers > 22 { // to each of two causes
			t.Errorf("%d answers in 10 s", answers)
		}
		stranger.close()
		m.announcement.Close()
	})
}

func TestOnceIsAnsweredToTheAskerAlone(t *testing.T) {
	asked := &onePort{}
	s := announcedSpeaker(asked)
	question := new(dns.Msg).SetQuestion(s.now.hostName(), dns.TypeA)
	from := netip.MustParseAddrPort("10.0.0.9:40000")
	s.hear(packet{question, from, 2})
	m := asked.answered
	if m == nil || m.Id != question.Id || !slices.Equal(m.Question, question.Question) || len(m.Answer) != 1 {
		t.Fatalf("%v", m)
	}
	if h := m.Answer[0].Header(); h.Ttl > legacyLife || h.Class != dns.ClassINET || len(m.Extra) == 0 {
		t.Errorf("%v", m)
	}
	asked.answered = nil
	s.hear(packet{new(dns.Msg).SetQuestion("other.local.", dns.TypeA), from, 2})
	s.hear(packet{new(dns.Msg).SetQuestion(s.now.hostName(), dns.TypeTXT), from, 2})
	if asked.answered != nil {
		t.Errorf("answers %v", asked.answered)
	}
}

// Answers go to machines on our own networks, and not for ever.
func TestOnceIsAnsweredNearbyAndInMeasure(t *testing.T) {
	asked := &onePort{}
	s := announcedSpeaker(asked)
	question := new(dns.Msg).SetQuestion(s.now.hostName(), dns.TypeA)
	for from, want := range map[string]bool{"10.0.0.9:4000": true, "[fe80::9%eth0]:4000": true, "10.0.0.1:4000": true, "8.8.8.8:53": false, "10.0.1.9:53": false} {
		asked.answered = nil
		s.hear(packet{question, netip.MustParseAddrPort(from), 2})
		if (asked.answered != nil) != want {
			t.Errorf("%s is answered %v", from, asked.answered)
		}
	}
	answers := 0
	for range 1000 {
		asked.answered = nil
		s.hear(packet{question, netip.MustParseAddrPort("10.0.0.9:4000"), 2})
		if asked.answered != nil {
			answers++
		}
	}
	if answers < 1 || answers > 2*onceAtOnce {
		t.Errorf("%d of 1000 questions at once are answered", answers)
	}
}

// Whoever speaks from another port does not speak multicast DNS, and takes no name.
func TestAnswersFromOtherPortsAreIgnored(t *testing.T) {
	rival := identity{service: Service{Name: "Kitchen", Port: 60000}, instance: "Kitchen", host: "plain"}
	m := response(rival.records(nil, timeToLive))
	for port, want := range map[uint16]string{mdnsPort: "Kitchen (2)", 40000: "Kitchen"} {
		s := announcedSpeaker(&onePort{})
		s.hear(packet{m, netip.AddrPortFrom(netip.MustParseAddr("10.0.0.9"), port), 2})
		if s.now.instance != want {
			t.Errorf("after an answer from port %d it is %q, want %q", port, s.now.instance, want)
		}
		s.end()
	}
}

func TestMessagesOfOtherKindsAreIgnored(t *testing.T) {
	for name, change := range map[string]func(*dns.Msg){
		"a response": func(*dns.Msg) {},
		"an update":  func(m *dns.Msg) { m.Opcode = dns.OpcodeUpdate },
		"an error":   func(m *dns.Msg) { m.Rcode = dns.RcodeRefused },
	} {
		m := response([]dns.RR{&dns.PTR{Hdr: header("_mjpeg._tcp.local.", dns.TypePTR, 0, 120), Ptr: "a._mjpeg._tcp.local."}})
		change(m)
		content, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		if got := readMessage(content); (got != nil) != (name == "a response") {
			t.Errorf("%s is read as %v", name, got)
		}
		if readMessage(content[:11]) != nil || readMessage(append(content, make([]byte, maxPacket)...)) != nil {
			t.Error("what is too short or too long is read")
		}
	}
}

// onePort keeps the last answer to one asker.
type onePort struct {
	answered *dns.Msg
	sent     int
}

func (o *onePort) heard() <-chan packet                { return nil }
func (o *onePort) send(Interface, *dns.Msg)            { o.sent++ }
func (o *onePort) answer(_ netip.AddrPort, m *dns.Msg) { o.answered = m }
func (o *onePort) close()                              {}

// announcedSpeaker has gone through its probing.
func announcedSpeaker(p *onePort) *speaker {
	s := &speaker{
		medium: medium{
			open:     func([]Interface) (port, error) { return p, nil },
			register: func(identity, []Interface) (func(), error) { return func() {}, nil },
		},
		report:  func(Status) {},
		service: Service{Name: "Kitchen", Port: 8080, ID: "5eed"},
		label:   "Kitchen",
		agenda:  agenda{},
		said:    map[int]time.Time{},
		once:    rate.NewLimiter(mostOnce, onceAtOnce),
	}
	s.join(Network{Interfaces: []Interface{addressed(working, "10.0.0.1/24"),
		{Interface: net.Interface{Index: 1, Flags: net.FlagUp | net.FlagLoopback}}}})
	for range probeCount + 1 {
		s.probe()
	}
	s.announce()
	return s
}

// Whatever comes in leaves the speaker standing, and its agenda small.
func FuzzHear(f *testing.F) {
	s := announcedSpeaker(&onePort{})
	rival := identity{service: Service{Name: "Kitchen", Port: 80}, instance: "Kitchen", host: "plain", hostOurs: true}
	for _, m := range []*dns.Msg{
		response(s.now.records([]netip.Addr{netip.MustParseAddr("10.0.0.1")}, timeToLive)),
		response(rival.records([]netip.Addr{netip.MustParseAddr("fe80::1")}, timeToLive)),
		response(rival.records(nil, 0)),
		new(dns.Msg).SetQuestion("_services._dns-sd._udp.local.", dns.TypePTR),
		{Question: []dns.Question{{Name: s.now.hostName(), Qtype: dns.TypeANY, Qclass: dns.ClassINET | flush}}, Ns: []dns.RR{rival.srv(kinds(rival.service)[0], 1)}},
	} {
		content, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		for _, port := range []uint16{mdnsPort, 40000} {
			f.Add(content, port, 2, byte(9))
			f.Add(content, port, 0, byte(1))
		}
	}
	f.Fuzz(func(t *testing.T, content []byte, port uint16, index int, from byte) {
		message := new(dns.Msg)
		if message.Unpack(content) != nil {
			return
		}
		s := announcedSpeaker(&onePort{})
		before := s.port.(*onePort).sent
		for range 3 {
			s.hear(packet{message, netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, from}), port), index})
		}
		if len(s.agenda) > 6 {
			t.Errorf("agenda of %d", len(s.agenda))
		}
		if sent := s.port.(*onePort).sent - before; sent > 2 { // a goodbye on each interface
			t.Errorf("%d packets sent at once", sent)
		}
		s.work()
		s.end()
	})
}
