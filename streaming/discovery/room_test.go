package discovery

import (
	"context"
	"iter"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"fanlight/streaming/discovery/avahi"
)

// room is a network without machines: what one says reaches all in its part of the room some milliseconds later.
type room struct {
	random *rand.Rand

	mu    sync.Mutex
	ports []*roomPort
	split bool // odd addresses do not hear even ones
}

type roomPort struct {
	room    *room
	address netip.Addr
	packets chan packet
}

func (r *room) open(address netip.Addr) *roomPort {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &roomPort{room: r, address: address, packets: make(chan packet, 1000)}
	r.ports = append(r.ports, p)
	return p
}

func (p *roomPort) heard() <-chan packet { return p.packets }

func (p *roomPort) close() {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.room.ports = slices.DeleteFunc(p.room.ports, func(o *roomPort) bool { return o == p })
}

func (p *roomPort) answer(netip.AddrPort, *dns.Msg) {}

func (p *roomPort) send(i Interface, m *dns.Msg) {
	content, err := m.Pack()
	if err != nil {
		panic(err)
	}
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, other := range r.ports {
		if r.split && p.address.As4()[3]%2 != other.address.As4()[3]%2 {
			continue
		}
		message := new(dns.Msg)
		if err := message.Unpack(content); err != nil {
			panic(err)
		}
		time.AfterFunc(time.Duration(r.random.IntN(int(5*time.Millisecond))), func() {
			other.packets <- packet{message, netip.AddrPortFrom(p.address, mdnsPort), i.Index}
		})
	}
}

// member is an announcement in a room.
type member struct {
	announcement *Announcement
	address      netip.Addr

	mu         sync.Mutex
	status     Status
	registered int
}

// enter announces Kitchen from the address 10.0.0.n.
func (r *room) enter(t *testing.T, n byte) *member {
	m := &member{address: netip.AddrFrom4([4]byte{10, 0, 0, n})}
	network := Network{Interfaces: []Interface{addressed(working, m.address.String()+"/24")}}
	open := func([]Interface) (port, error) { return r.open(m.address), nil }
	register := func(identity, []Interface) (func(), error) {
		m.add(1)
		return func() { m.add(-1) }, nil
	}
	networks := func(ctx context.Context) iter.Seq[Network] {
		return func(yield func(Network) bool) { yield(network) }
	}
	a, err := announce(Service{Name: "Kitchen", Port: 8080}, medium{open: open, register: register}, networks, noDaemon, func(s Status) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.status = s
	})
	if err != nil {
		t.Fatal(err)
	}
	m.announcement = a
	return m
}

// noDaemon is a machine on which avahi-daemon does not run.
func noDaemon(context.Context) iter.Seq[*avahi.Daemon] {
	return func(yield func(*avahi.Daemon) bool) { yield(nil) }
}

func (m *member) add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.registered += n
}

func (m *member) now(t *testing.T) Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.registered != 1 {
		t.Errorf("%v is registered %d times", m.address, m.registered)
	}
	return m.status
}

// expectPeaceIn has every member keep a name and a host name of its own for a minute.
func expectPeaceIn(t *testing.T, members []*member) {
	t.Helper()
	names, hosts := map[string]Status{}, map[string]bool{}
	for _, m := range members {
		s := m.now(t)
		names[s.Name], hosts[s.Host] = s, true
	}
	if len(names) != len(members) || len(hosts) != len(members) {
		t.Errorf("%d members, with names %v and hosts %v", len(members), slices.Collect(maps.Keys(names)), slices.Collect(maps.Keys(hosts)))
	}
	if names["Kitchen"].Name == "" {
		t.Errorf("nobody is Kitchen: %v", slices.Collect(maps.Keys(names)))
	}
	time.Sleep(time.Minute)
	for _, m := range members {
		if s := m.now(t); s.Name != names[s.Name].Name || s.Host != names[s.Name].Host {
			t.Errorf("%v became %v", m.address, s)
		}
	}
}

func (r *room) number(n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.random.IntN(n)
}

func (r *room) join() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.split = false
}
