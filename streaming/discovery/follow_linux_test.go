package discovery

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
)

func TestAnnouncementFollowsTheNetwork(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk, sofa := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "sofa")
	a := lamp.startAnnouncer(t, streamName)
	a.expectStatus(t, Status{})

	connect(t, lamp, "wired", []string{"10.21.0.1/24"}, desk, "eth0", []string{"10.21.0.2/24"})
	desk.startAvahi(t)
	wired := want{judge: desk, device: "eth0", host: "lamp.local", addresses: []string{"10.21.0.1", lamp.linkLocal(t, "wired")}, port: a.port}
	expectSeen(t, wired)
	expectHostAnswers(t, wired, "10.21.0.1")
	if !a.ask(t, "answered").Answered {
		t.Error("does not find itself by its name")
	}
	a.expectStatus(t, Status{Name: streamName, Host: "lamp.local", Interfaces: []string{"wired"}})

	t.Log("another address")
	lamp.mustRun(t, "ip", "addr", "del", "10.21.0.1/24", "dev", "wired")
	lamp.mustRun(t, "ip", "addr", "add", "10.21.0.7/24", "dev", "wired")
	wired.addresses[0] = "10.21.0.7"
	expectSeen(t, wired)
	expectHostAnswers(t, wired, "10.21.0.7")

	t.Log("another interface")
	connect(t, lamp, "radio", []string{"10.22.0.1/24"}, sofa, "wlan0", []string{"10.22.0.2/24"})
	sofa.startAvahi(t)
	radio := want{judge: sofa, device: "wlan0", host: "lamp.local", addresses: []string{"10.22.0.1", lamp.linkLocal(t, "radio")}, port: a.port}
	expectSeen(t, wired, radio)
	expectHostAnswers(t, radio, "10.22.0.1")

	t.Log("the cable out and in")
	desk.mustRun(t, "ip", "link", "set", "eth0", "down")
	a.expectStatus(t, Status{Name: streamName, Host: "lamp.local", Interfaces: []string{"radio"}})
	desk.mustRun(t, "ip", "link", "set", "eth0", "up")
	a.expectStatus(t, Status{Name: streamName, Host: "lamp.local", Interfaces: []string{"wired", "radio"}})
	expectSeen(t, wired, radio)

	t.Log("the passcode")
	a.tell(t, "passcode")
	waitFor(t, "auth=passcode", func() error {
		entries, err := browse(t, desk, "_mjpeg._tcp")
		if err != nil || len(entries) == 0 || !slices.Contains(entries[0].txt, "auth=passcode") {
			return fmt.Errorf("%v, %w", entries, err)
		}
		return nil
	})
	a.stop(t)
	expectGone(t, wired, radio)
}

// expectHostAnswers asks for the machine's name as a program does that knows no more of multicast DNS than to ask
// once. It has no cache.
func expectHostAnswers(t *testing.T, w want, address string) {
	t.Helper()
	waitFor(t, w.host+" answers on "+w.judge.name, func() error {
		return w.judge.inNetwork(func() error {
			got, err := askHost(w.host)
			if err == nil && !slices.Equal(got, []string{address}) {
				return fmt.Errorf("%s is %v, want %s", w.host, got, address)
			}
			return err
		})
	})
}

// multicastConn sends to the only network that there is; without a default route the system would not know it.
func multicastConn(local *net.UDPAddr) (*net.UDPConn, error) {
	n, err := currentNetwork()
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenUDP("udp4", local)
	if err != nil {
		return nil, err
	}
	for _, i := range n.reachable(netip.Addr{}) {
		err = ipv4.NewPacketConn(conn).SetMulticastInterface(&i.Interface)
	}
	return conn, err
}

func askHost(host string) ([]string, error) {
	conn, err := multicastConn(nil)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	question := new(dns.Msg).SetQuestion(host+".", dns.TypeA)
	packed, err := question.Pack()
	if err != nil {
		return nil, err
	}
	if _, err := conn.WriteTo(packed, group4); err != nil {
		return nil, err
	}
	conn.SetReadDeadline(time.Now().Add(time.Second))
	buffer := make([]byte, 9000)
	n, err := conn.Read(buffer)
	if err != nil {
		return nil, err
	}
	answer := new(dns.Msg)
	if err := answer.Unpack(buffer[:n]); err != nil {
		return nil, err
	}
	if answer.Id != question.Id || len(answer.Question) != 1 {
		return nil, fmt.Errorf("not an answer to this question: %v", answer)
	}
	var addresses []string
	for _, a := range hostAddresses(answer.Answer, host+".") {
		addresses = append(addresses, a.String())
	}
	return addresses, nil
}

// expectNames has the judge see exactly these streams, on these hosts.
func expectNames(t *testing.T, judge *machine, hosts map[string]string) {
	t.Helper()
	for _, kind := range []string{"_http._tcp", "_mjpeg._tcp"} {
		waitFor(t, fmt.Sprintf("%s in the eyes of %s: %v", kind, judge.name, hosts), func() error {
			entries, err := browse(t, judge, kind)
			if err != nil {
				return err
			}
			seen := map[string]bool{}
			for _, e := range entries {
				if hosts[e.name] != e.host {
					return fmt.Errorf("%+v", e)
				}
				if err := get(judge, e); err != nil {
					return err
				}
				seen[e.name] = true
			}
			if len(seen) != len(hosts) {
				return fmt.Errorf("seen %v", seen)
			}
			return nil
		})
	}
}

// name waits for an announcement, and returns its name and its machine's.
func (a *announcer) name(t *testing.T) (name, host string) {
	t.Helper()
	waitFor(t, "name", func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.status == nil || a.status.Name == "" {
			return errors.New("not announced")
		}
		name, host = a.status.Name, a.status.Host
		return nil
	})
	return name, host
}

func TestSameNameOneAfterTheOther(t *testing.T) {
	needMachines(t)
	t.Parallel()
	home := newLAN(t, "home")
	lamp, desk, sofa := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "sofa")
	home.plug(t, lamp, "eth0", "10.23.0.1/24")
	home.plug(t, desk, "eth0", "10.23.0.2/24")
	home.plug(t, sofa, "eth0", "10.23.0.3/24")
	sofa.startAvahi(t)
	first := lamp.startAnnouncer(t, "Kitchen")
	first.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"eth0"}})
	second := desk.startAnnouncer(t, "Kitchen")
	second.expectStatus(t, Status{Name: "Kitchen (2)", Host: "desk.local", Interfaces: []string{"eth0"}})
	third := desk.startAnnouncer(t, "Kitchen") // a program more on the same machine
	third.expectStatus(t, Status{Name: "Kitchen (3)", Host: "desk.local", Interfaces: []string{"eth0"}})
	expectNames(t, sofa, map[string]string{"Kitchen": "lamp.local", "Kitchen (2)": "desk.local", "Kitchen (3)": "desk.local"})

	t.Log("killed and started again")
	first.kill(t)
	first = lamp.startAnnouncer(t, "Kitchen")
	first.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"eth0"}})
	expectNames(t, sofa, map[string]string{"Kitchen": "lamp.local", "Kitchen (2)": "desk.local", "Kitchen (3)": "desk.local"})
	second.stop(t)
	expectNames(t, sofa, map[string]string{"Kitchen": "lamp.local", "Kitchen (3)": "desk.local"})
	expectHostAnswers(t, want{judge: sofa, host: "desk.local"}, "10.23.0.2")
	third.stop(t)
	first.stop(t)
	expectNames(t, sofa, map[string]string{})
}

func TestSameNameAtTheSameTime(t *testing.T) {
	needMachines(t)
	t.Parallel()
	home := newLAN(t, "home")
	lamp, desk, sofa := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "sofa")
	home.plug(t, sofa, "eth0", "10.24.0.3/24")
	sofa.startAvahi(t)
	a, b := lamp.startAnnouncer(t, "Kitchen"), desk.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{})
	b.expectStatus(t, Status{})
	home.plug(t, lamp, "eth0", "10.24.0.1/24")
	home.plug(t, desk, "eth0", "10.24.0.2/24")
	expectOneEach(t, sofa, a, b)
	a.stop(t)
	b.stop(t)
	expectNames(t, sofa, map[string]string{})
}

// expectOneEach has one of two announcements be "Kitchen", the other one "Kitchen (2)".
func expectOneEach(t *testing.T, judge *machine, a, b *announcer) {
	t.Helper()
	var hosts map[string]string
	waitFor(t, "two names", func() error {
		aName, aHost := a.name(t)
		bName, bHost := b.name(t)
		hosts = map[string]string{aName: aHost, bName: bHost}
		if hosts["Kitchen"] == "" || hosts["Kitchen (2)"] == "" || aHost == bHost {
			return fmt.Errorf("%s on %s, %s on %s", aName, aHost, bName, bHost)
		}
		return nil
	})
	expectNames(t, judge, hosts)
}

// A service that avahi announces keeps its name, and lets ours keep its own: avahi asks first, and must be answered.
func TestSameNameAsAvahis(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "eth0", []string{"10.30.0.1/24"}, desk, "eth0", []string{"10.30.0.2/24"})
	desk.startAvahi(t)
	publish := func(expected string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		// The program publishes until it is ended.
		cmd := desk.command(ctx, "timeout", "10", "avahi-publish", "--service", "Kitchen", "_http._tcp", "9")
		out, _ := cmd.CombinedOutput()
		if !strings.Contains(string(out), "Established under name '"+expected+"'") {
			t.Errorf("avahi-publish: %s", out)
		}
	}
	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"eth0"}})
	publish("Kitchen #2")
	a.stop(t)

	var publishing sync.WaitGroup
	publishing.Go(func() { publish("Kitchen") })
	waitFor(t, "avahi's Kitchen", func() error {
		entries, err := browse(t, desk, "_http._tcp")
		if err != nil || len(entries) == 0 {
			return fmt.Errorf("%v, %w", entries, err)
		}
		return nil
	})
	b := lamp.startAnnouncer(t, "Kitchen")
	b.expectStatus(t, Status{Name: "Kitchen (2)", Host: "lamp.local", Interfaces: []string{"eth0"}})
	publishing.Wait()
	b.stop(t)
}

// Two machines copied from one image meet when their networks are joined.
func TestCopiedMachinesMeet(t *testing.T) {
	needMachines(t)
	t.Parallel()
	home, garden := newLAN(t, "home"), newLAN(t, "garden")
	lamp, copied, sofa := newMachine(t, "lamp"), newMachine(t, "lamp"), newMachine(t, "sofa")
	home.plug(t, lamp, "eth0", "10.25.0.1/24")
	home.plug(t, sofa, "eth0", "10.25.0.3/24")
	garden.plug(t, copied, "eth0", "10.25.0.2/24")
	sofa.startAvahi(t)
	a, b := lamp.startAnnouncer(t, "Kitchen"), copied.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"eth0"}})
	b.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"eth0"}})
	expectNames(t, sofa, map[string]string{"Kitchen": "lamp.local"})
	home.join(t, garden)
	expectOneEach(t, sofa, a, b)
	// One of them is lamp-2 now: lamp does not lead to it.
	if a.ask(t, "answered").Answered == b.ask(t, "answered").Answered {
		t.Error("lamp leads to both or none of two machines")
	}
	a.stop(t)
	b.stop(t)
	expectNames(t, sofa, map[string]string{})
}

func TestHostNameWhileAvahiComesAndGoes(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.26.0.1/24"}, desk, "eth0", []string{"10.26.0.2/24"})
	a := lamp.startAnnouncer(t, streamName)
	a.expectStatus(t, Status{Name: streamName, Host: "lamp.local", Interfaces: []string{"wired"}})
	host := want{judge: desk, host: "lamp.local"}
	for range 2 {
		expectHostAnswers(t, host, "10.26.0.1")
		daemon := lamp.startAvahi(t)
		expectHostAnswers(t, host, "10.26.0.1")
		time.Sleep(hostPause + time.Second) // in which the speaker hands the name over
		expectHostAnswers(t, host, "10.26.0.1")
		if !a.ask(t, "answered").Answered {
			t.Error("does not find itself by avahi's name")
		}
		expectPeace(t, daemon)
		lamp.stop(daemon)
	}
	expectHostAnswers(t, host, "10.26.0.1")
	a.stop(t)
}

// What others keep of a machine that was killed is gone in two minutes, though zeroconf says an hour.
func TestTimeToLive(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.27.0.1/24"}, desk, "eth0", []string{"10.27.0.2/24"})
	judge := desk.startAvahi(t)
	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}})
	for range 3 {
		expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
		waitFor(t, "short lives in avahi's cache", func() error { return judge.cached(t, desk) })
	}
	a.stop(t)
}

// cached looks at what the daemon keeps of Kitchen.
func (a *avahi) cached(t *testing.T, m *machine) error {
	before := len(a.output())
	m.mustRun(t, "sh", "-c", "kill -USR1 $(cat /run/avahi-daemon/pid)")
	var dump string
	waitFor(t, "avahi's cache", func() error {
		dump = a.output()[before:]
		if !strings.Contains(dump, "CACHE DUMP FOLLOWS") {
			return errors.New("no dump yet")
		}
		return nil
	})
	kept := 0
	for line := range strings.Lines(dump) {
		if !strings.Contains(line, "Kitchen") || !strings.Contains(line, "ttl=") {
			continue
		}
		kept++
		if !strings.Contains(line, "ttl=120") {
			return errors.New(line)
		}
	}
	if kept == 0 {
		return fmt.Errorf("nothing of Kitchen is kept: %s", dump)
	}
	return nil
}

func TestManyChangesLeaveNothingBehind(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.28.0.1/24"}, desk, "eth0", []string{"10.28.0.2/24"})
	desk.startAvahi(t)
	a := lamp.startAnnouncer(t, streamName)
	ready := Status{Name: streamName, Host: "lamp.local", Interfaces: []string{"wired"}}
	change := func(n int) {
		if n%2 == 0 {
			lamp.mustRun(t, "ip", "link", "set", "wired", "down")
			a.expectStatus(t, Status{})
			lamp.mustRun(t, "ip", "link", "set", "wired", "up")
		} else {
			lamp.mustRun(t, "ip", "addr", "add", fmt.Sprintf("10.28.0.1%d/24", n), "dev", "wired")
			lamp.mustRun(t, "ip", "link", "add", "more", "type", "veth", "peer", "name", "other")
			lamp.mustRun(t, "ip", "link", "set", "more", "up")
			time.Sleep(settling / 2)
			lamp.mustRun(t, "ip", "link", "del", "more")
		}
		a.expectStatus(t, ready)
	}
	settled := func() said {
		time.Sleep(5 * time.Second) // zeroconf's announcing goroutines end by themselves
		return a.ask(t, "count")
	}
	change(0)
	before := settled()
	for n := range 8 {
		change(n)
	}
	if after := settled(); after.Goroutines > before.Goroutines || after.Files > before.Files {
		t.Errorf("before %+v, after %+v", before, after)
	}
	wired := want{judge: desk, device: "eth0", host: "lamp.local", addresses: []string{"10.28.0.1", lamp.linkLocal(t, "wired")}, port: a.port}
	for n := 1; n < 8; n += 2 {
		wired.addresses = append(wired.addresses, fmt.Sprintf("10.28.0.1%d", n))
	}
	expectNames(t, desk, map[string]string{streamName: "lamp.local"})
	a.stop(t)
	expectGone(t, wired)
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
		entries, err := browse(t, desk, "_mjpeg._tcp")
		if err != nil || !slices.ContainsFunc(entries, func(e entry) bool { return e.port == a.port && get(desk, e) == nil }) {
			return fmt.Errorf("%v, %w", entries, err)
		}
		return nil
	})
	a.stop(t)
}
