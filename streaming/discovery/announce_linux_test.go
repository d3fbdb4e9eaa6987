package discovery

import (
	"fmt"
	"testing"
)

func TestAnnounceInTheEyesOfAvahi(t *testing.T) {
	needMachines(t)
	t.Parallel()
	// desk and sofa are on different links of lamp: each must be given the address on its own.
	lamp, desk, sofa := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "sofa")
	connect(t, lamp, "wired", []string{"10.11.0.1/24", "fd00:11::1/64"},
		desk, "eth0", []string{"10.11.0.2/24", "fd00:11::2/64"})
	connect(t, lamp, "radio", []string{"10.12.0.1/24"}, sofa, "wlan0", []string{"10.12.0.2/24"})
	desk.startAvahi(t)
	sofa.startAvahi(t)
	wired := want{judge: desk, device: "eth0", host: "lamp.local", addresses: []string{"10.11.0.1", "fd00:11::1"}}
	radio := want{judge: sofa, device: "wlan0", host: "lamp.local", addresses: []string{"10.12.0.1", lamp.linkLocal(t, "radio")}}

	a := lamp.startAnnouncer(t, streamName)
	wired.port, radio.port = a.port, a.port
	expectSeen(t, wired, radio)
	expectDirect(t, wired)
	a.stop(t)
	expectGone(t, wired, radio)
}

func TestAnnounceBesideAvahiOnTheSameMachine(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.14.0.1/24"}, desk, "eth0", []string{"10.14.0.2/24"})
	desk.startAvahi(t)
	daemon := lamp.startAvahi(t)
	a := lamp.startAnnouncer(t, streamName)
	// What avahi publishes of lamp is its own affair: link-local addresses too.
	wired := want{judge: desk, device: "eth0", host: "lamp.local", addresses: []string{"10.14.0.1", lamp.linkLocal(t, "wired")}, port: a.port}
	expectSeen(t, wired)
	expectHostResolves(t, wired)
	expectDirect(t, wired)
	own := want{judge: lamp}
	waitFor(t, "avahi-browse on lamp itself", func() error {
		if entries, err := browse(own.judge, "_http._tcp"); err != nil || len(entries) == 0 {
			return fmt.Errorf("seen %v, %w", entries, err)
		}
		return nil
	})
	a.stop(t)
	expectGone(t, wired, own)
	expectHostResolves(t, wired)
	expectPeace(t, daemon)
}
