package discovery

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// A container that starts and ends on the machine is not heard of on its network, whoever
// announces the stream.
func TestOtherInterfacesComeAndGoQuietly(t *testing.T) { onBoth(t, comeAndGoQuietly) }

func comeAndGoQuietly(t *testing.T, prepare func(...*machine)) {
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.47.0.1/24"}, desk, "eth0", []string{"10.47.0.2/24"})
	prepare(lamp)
	a := lamp.startAnnouncer(t, "Kitchen")
	a.name(t)
	time.Sleep(6 * time.Second) // in which it announces itself
	goodbyes, packets := 0, 0
	desk.overhear(t, "10.47.0.1", func() {
		for range 3 {
			lamp.mustRun(t, "ip", "link", "add", "docker0", "type", "bridge")
			lamp.mustRun(t, "ip", "addr", "add", "172.17.0.1/16", "dev", "docker0")
			lamp.mustRun(t, "ip", "link", "add", "veth0", "type", "veth", "peer", "name", "inside")
			lamp.mustRun(t, "ip", "link", "set", "veth0", "master", "docker0")
			for _, port := range []string{"docker0", "veth0", "inside"} {
				lamp.mustRun(t, "ip", "link", "set", port, "up")
			}
			time.Sleep(settling + 3*time.Second)
			lamp.mustRun(t, "ip", "link", "del", "veth0")
			lamp.mustRun(t, "ip", "link", "del", "docker0")
			time.Sleep(settling + time.Second)
		}
	}, func(m *dns.Msg) {
		packets++
		for _, r := range m.Answer {
			if r.Header().Ttl == 0 {
				goodbyes++
			}
		}
	})
	if goodbyes > 0 || packets > 6 {
		t.Errorf("%d packets with %d goodbyes on the network", packets, goodbyes)
	}
	a.stop(t)
}

// overhear calls heard for each message that the machine receives from an address while f runs, in
// another goroutine.
func (m *machine) overhear(t *testing.T, from string, f func(), heard func(*dns.Msg)) {
	t.Helper()
	var w *wire
	err := m.inNetwork(func() (err error) {
		n, err := currentNetwork()
		if err != nil {
			return err
		}
		if w, err = openWire(); err != nil {
			return err
		}
		for _, i := range n.Interfaces {
			w.join(&i.Interface)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var listening sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	listening.Go(func() {
		for {
			select {
			case p := <-w.heard():
				if p.from.Addr().String() == from {
					heard(p.message)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	defer w.close()
	defer listening.Wait()
	defer stop()
	f()
}
