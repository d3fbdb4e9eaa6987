package discovery

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

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
	first.crash(t)
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
	publish := func(expected string) (end func()) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		cmd := desk.command(ctx, "avahi-publish", "--service", "Kitchen", "_http._tcp", "9")
		var said text
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		end = func() { cancel(); _ = cmd.Wait() }
		t.Cleanup(end)
		waitFor(t, "avahi-publish as "+expected, func() error {
			if !strings.Contains(said.String(), "Established under name '"+expected+"'") {
				return errors.New(said.String())
			}
			return nil
		})
		return end
	}
	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"eth0"}})
	publish("Kitchen #2")()
	a.stop(t)

	end := publish("Kitchen")
	waitFor(t, "avahi's Kitchen", func() error {
		entries, err := browse(desk, "_http._tcp")
		if err != nil || len(entries) == 0 {
			return fmt.Errorf("%v, %w", entries, err)
		}
		return nil
	})
	b := lamp.startAnnouncer(t, "Kitchen")
	b.expectStatus(t, Status{Name: "Kitchen (2)", Host: "lamp.local", Interfaces: []string{"eth0"}})
	end()
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
	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"eth0"}})
	expectNames(t, sofa, map[string]string{"Kitchen": "lamp.local"})
	// Last, so that its announcements of the first three seconds reach the other network.
	b := copied.startAnnouncer(t, "Kitchen")
	b.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"eth0"}})
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
