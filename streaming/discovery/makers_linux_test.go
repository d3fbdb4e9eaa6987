package discovery

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// onBoth runs a test without avahi-daemon, and with one on each machine that the test
// passes to prepare.
func onBoth(t *testing.T, test func(t *testing.T, prepare func(...*machine))) {
	needMachines(t)
	t.Parallel()
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, m *machine)
	}{
		{"alone", func(*testing.T, *machine) {}},
		{"avahi", func(t *testing.T, m *machine) { m.startAvahi(t) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			test(t, func(all ...*machine) {
				for _, m := range all {
					c.prepare(t, m)
				}
			})
		})
	}
}

// The daemon is ended, started and killed under a stream that another machine watches.
func TestAvahiComesAndGoesUnderAStream(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.41.0.1/24"}, desk, "eth0", []string{"10.41.0.2/24"})
	desk.startAvahi(t)
	alone := Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}}
	deputed := alone
	deputed.Avahi = true

	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, alone)
	b := desk.startBrowser(t)
	b.expect(t, "Kitchen")
	for range 2 {
		daemon := lamp.startAvahi(t)
		a.expectStatus(t, deputed)
		expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
		expectPeace(t, daemon)
		lamp.stop(t, daemon)
		a.expectStatus(t, alone)
		expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
	}
	daemon := lamp.startAvahi(t)
	a.expectStatus(t, deputed)
	daemon.kill()
	a.expectStatus(t, alone)
	expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
	b.expect(t, "Kitchen")
	a.stop(t)
	b.expect(t)
	b.stop(t)
}

// A daemon that hangs answers nobody: the stream is announced without it until it goes on.
func TestAvahiHangsUnderAStream(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.48.0.1/24"}, desk, "eth0", []string{"10.48.0.2/24"})
	desk.startAvahi(t)
	daemon := lamp.startAvahi(t)
	alone := Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}}
	deputed := alone
	deputed.Avahi = true

	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, deputed)
	b := lamp.startBrowser(t)
	lamp.signal(t, "avahi-daemon", "STOP")
	a.expectStatus(t, alone)
	expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
	lamp.signal(t, "avahi-daemon", "CONT")
	a.expectStatus(t, deputed)
	expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
	expectPeace(t, daemon)
	lamp.signal(t, "avahi-daemon", "STOP")
	began := time.Now()
	b.stop(t)
	a.stop(t)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("ends after %v", took)
	}
	daemon.kill()
}

// signal sends a signal to the programs of a name on the machine.
func (m *machine) signal(t *testing.T, program, signal string) {
	t.Helper()
	m.mustRun(t, "sh", "-c", `for p in /proc/[0-9]*; do read -r name <"$p/comm" && [ "$name" = `+program+` ] && kill -`+signal+` "${p#/proc/}"; done; true`)
}

// Beside avahi-daemon no socket of ours takes its unicast packets (RFC 6762, section 15.1).
func TestUnicastReachesAvahi(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.42.0.1/24"}, desk, "eth0", []string{"10.42.0.2/24"})
	lamp.startAvahi(t)
	a, b := lamp.startAnnouncer(t, "Kitchen"), lamp.startBrowser(t)
	a.name(t)
	b.expect(t, "Kitchen")
	for n := range 20 {
		if err := desk.inNetwork(func() error { return askByUnicast("10.42.0.1:5353", "lamp.local.") }); err != nil {
			t.Errorf("question %d: %v", n, err)
		}
	}
	b.stop(t)
	a.stop(t)
}

// askByUnicast asks a responder for the address of a host.
func askByUnicast(responder, host string) error {
	conn, err := net.Dial("udp4", responder)
	if err != nil {
		return err
	}
	defer conn.Close()
	question, err := new(dns.Msg).SetQuestion(host, dns.TypeA).Pack()
	if err != nil {
		return err
	}
	if _, err := conn.Write(question); err != nil {
		return err
	}
	conn.SetReadDeadline(time.Now().Add(replyTime))
	buffer := make([]byte, maxPacket)
	n, err := conn.Read(buffer)
	if err != nil {
		return err
	}
	answer := new(dns.Msg)
	if err := answer.Unpack(buffer[:n]); err != nil || len(answer.Answer) == 0 {
		return fmt.Errorf("no answer in %v: %w", answer, err)
	}
	return nil
}

// configureAvahi gives a machine's avahi-daemon, which does not run yet, a configuration of one
// setting.
func (m *machine) configureAvahi(t *testing.T, section, setting string) {
	t.Helper()
	m.mustRun(t, "sh", "-c", fmt.Sprintf("printf '[%s]\n%s\n' >/run/avahi.conf && mount --bind /run/avahi.conf /etc/avahi/avahi-daemon.conf", section, setting))
}

// On an interface that the daemon does not serve the stream is announced and found all the
// same.
func TestAvahiServesOnlyOneOfTwoNetworks(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk, sofa := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "sofa")
	connect(t, lamp, "wired", []string{"10.43.0.1/24"}, desk, "eth0", []string{"10.43.0.2/24"})
	connect(t, lamp, "radio", []string{"10.44.0.1/24"}, sofa, "wlan0", []string{"10.44.0.2/24"})
	lamp.configureAvahi(t, "server", "allow-interfaces=wired")
	lamp.startAvahi(t)
	desk.startAvahi(t)
	sofa.startAvahi(t)
	a, b := lamp.startAnnouncer(t, "Kitchen"), lamp.startBrowser(t)
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired", "radio"}, Avahi: true})
	expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
	expectNames(t, sofa, map[string]string{"Kitchen": "lamp.local"})
	there, here := desk.startAnnouncer(t, "Desk"), sofa.startAnnouncer(t, "Sofa")
	b.expect(t, "Kitchen", "Desk", "Sofa")
	for _, one := range []*announcer{there, here, a} {
		one.stop(t)
	}
	b.stop(t)
}

// A daemon that does not use IPv4 leaves a network without IPv6 to Fanlight. One with both it keeps,
// and the log says who is left out.
func TestAvahiUsesOnlyIPv6(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk, sofa := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "sofa")
	connect(t, lamp, "wired", []string{"10.49.0.1/24", "fd49::1/64"}, desk, "eth0", []string{"10.49.0.2/24", "fd49::2/64"})
	connect(t, lamp, "radio", []string{"10.51.0.1/24"}, sofa, "wlan0", []string{"10.51.0.2/24"})
	lamp.mustRun(t, "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/radio/disable_ipv6")
	lamp.configureAvahi(t, "server", "use-ipv4=no")
	lamp.startAvahi(t)
	desk.startAvahi(t)
	sofa.startAvahi(t)
	a, b := lamp.startAnnouncer(t, "Kitchen"), lamp.startBrowser(t)
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired", "radio"}, Avahi: true})
	expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
	expectNames(t, sofa, map[string]string{"Kitchen": "lamp.local"})
	if gaps := a.ask(t, "gaps").Gaps; len(gaps) != 1 || !strings.Contains(gaps[0], "IPv4 alone does not find the stream on wired,") {
		t.Errorf("says %q", gaps)
	}
	here := sofa.startAnnouncer(t, "Sofa")
	b.expect(t, "Kitchen", "Sofa")
	for _, one := range []*announcer{here, a} {
		one.stop(t)
	}
	b.stop(t)
}

// A daemon that lets no program publish is left alone.
func TestAvahiThatPublishesForNobody(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.45.0.1/24"}, desk, "eth0", []string{"10.45.0.2/24"})
	lamp.configureAvahi(t, "publish", "disable-user-service-publishing=yes")
	daemon := lamp.startAvahi(t)
	desk.startAvahi(t)
	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}})
	expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
	expectPeace(t, daemon)
	a.stop(t)
}

// Through the daemon, too, the second of two machines takes another name, and a passcode
// changes what is announced without a goodbye.
func TestAvahiFindsAFreeName(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.46.0.1/24"}, desk, "eth0", []string{"10.46.0.2/24"})
	lamp.startAvahi(t)
	desk.startAvahi(t)
	first := lamp.startAnnouncer(t, "Kitchen")
	first.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}, Avahi: true})
	second := desk.startAnnouncer(t, "Kitchen")
	second.expectStatus(t, Status{Name: "Kitchen (2)", Host: "desk.local", Interfaces: []string{"eth0"}, Avahi: true})
	third := lamp.startAnnouncer(t, "Kitchen") // a program more on the same machine
	third.expectStatus(t, Status{Name: "Kitchen (3)", Host: "lamp.local", Interfaces: []string{"wired"}, Avahi: true})
	first.tell(t, "passcode")
	waitFor(t, "auth=passcode", func() error {
		entries, err := browse(desk, "_mjpeg._tcp")
		for _, e := range entries {
			if e.name == "Kitchen" && strings.Contains(strings.Join(e.txt, " "), "auth=passcode") {
				return nil
			}
		}
		return errors.Join(fmt.Errorf("%v", entries), err)
	})
	first.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}, Avahi: true})
	for _, a := range []*announcer{first, second, third} {
		a.stop(t)
	}
	expectNames(t, lamp, map[string]string{})
}
