package discovery

import (
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// What is on the network names no address that is about to go, whether it is announced or
// asked for. The stream stays while an address becomes one, or is none any more.
func TestDeprecatedAddressesAreNotOnTheNetwork(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.51.0.1/24", "fd51::1/64", "fd51::9/64"}, desk, "eth0", []string{"10.51.0.2/24"})
	lamp.mustRun(t, "ip", "addr", "add", "10.51.0.9/24", "dev", "wired", "preferred_lft", "0")
	prefer := func(life string) {
		lamp.mustRun(t, "ip", "addr", "change", "fd51::9/64", "dev", "wired", "preferred_lft", life)
	}
	prefer("0")
	steady := []string{"10.51.0.1", "fd51::1"}
	all := append(slices.Clone(steady), "fd51::9")
	var a *announcer
	for _, step := range []struct {
		name string
		do   func()
		want []string
	}{
		{"from the beginning", func() { a = lamp.startAnnouncer(t, "Kitchen"); a.name(t) }, steady},
		{"no IPv4 one any more", func() { lamp.mustRun(t, "ip", "addr", "del", "10.51.0.9/24", "dev", "wired") }, steady},
		{"preferred", func() { prefer("forever") }, all},
		{"deprecated", func() { prefer("0") }, steady},
	} {
		said := desk.recordsOf(t, "10.51.0.1", step.do)
		for _, r := range said {
			if address, ok := addressOf(r); !ok && r.Header().Ttl == 0 {
				t.Errorf("%s: goodbye %v", step.name, r)
			} else if ok && r.Header().Ttl > 0 && !slices.Contains(step.want, address.String()) {
				t.Errorf("%s: says %v", step.name, r)
			}
		}
		for _, address := range step.want {
			if !slices.ContainsFunc(hostAddresses(said, "lamp.local."), func(a netip.Addr) bool { return a.String() == address }) {
				t.Errorf("%s: does not say %s", step.name, address)
			}
		}
	}
	a.stop(t)
}

// recordsOf are the records that the machine receives from an address once f has been
// done: the network has settled, what is announced then was, and is asked for.
func (m *machine) recordsOf(t *testing.T, from string, f func()) []dns.RR {
	t.Helper()
	var mu sync.Mutex
	var all []dns.RR
	m.overhear(t, from, func() {
		f()
		time.Sleep(settling + 5*time.Second)
		for _, kind := range []string{"_http._tcp", "_mjpeg._tcp"} {
			if err := m.inNetwork(func() error { return askAll(kind + "." + domain) }); err != nil {
				t.Fatal(err)
			}
			time.Sleep(answerApart + time.Second)
		}
	}, func(message *dns.Msg) {
		if message.Response {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, slices.Concat(message.Answer, message.Extra)...)
		}
	})
	mu.Lock()
	defer mu.Unlock()
	return all
}

// askAll asks all responders for what a name points to.
func askAll(name string) error {
	conn, err := multicastConn(group4)
	if err != nil {
		return err
	}
	defer conn.Close()
	content, err := new(dns.Msg).SetQuestion(name, dns.TypePTR).Pack()
	if err != nil {
		return err
	}
	_, err = conn.WriteTo(content, group4)
	return err
}
