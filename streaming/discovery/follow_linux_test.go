package discovery

import (
	"fmt"
	"slices"
	"testing"
	"time"
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
		entries, err := browse(desk, "_mjpeg._tcp")
		if err != nil || len(entries) == 0 || !slices.Contains(entries[0].txt, "auth=passcode") {
			return fmt.Errorf("%v, %w", entries, err)
		}
		return nil
	})
	a.stop(t)
	expectGone(t, wired, radio)
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
		lamp.stop(t, daemon)
	}
	expectHostAnswers(t, host, "10.26.0.1")
	a.stop(t)
}

// What is logged and shown of a machine's name is the name, and not its form on the wire.
func TestHostNameAsPeopleWriteIt(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "Küche"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.27.0.1/24"}, desk, "eth0", []string{"10.27.0.2/24"})
	a := lamp.startAnnouncer(t, "Lamp …")
	a.expectStatus(t, Status{Name: "Lamp …", Host: "Küche.local", Interfaces: []string{"wired"}})
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
