package discovery

import (
	"net/netip"
	"slices"
	"sync"

	"fanlight/streaming/discovery/avahi"
)

// makers are the two ways of announcing a service: the deputy on the interfaces that
// avahi-daemon serves, and the speaker on the others, which are all where no daemon runs.
// It is for one goroutine.
type makers struct {
	speaker *speaker
	deputy  *deputy

	network *Network // nil until it is known
	daemon  *avahi.Daemon
	known   bool // whether a daemon runs
}

// join moves to another network, or to the same one in another state.
func (m *makers) join(n Network) {
	m.network = &n
	m.divide()
}

// appoint takes a daemon that has come, or nil if none runs.
func (m *makers) appoint(d *avahi.Daemon) {
	m.daemon, m.known = d, true
	m.divide()
}

// dismiss gives up a daemon that does not announce the service.
func (m *makers) dismiss(d *avahi.Daemon) {
	if m.daemon == d {
		m.appoint(nil)
	}
}

// serve changes what is announced.
func (m *makers) serve(s Service, label string) {
	m.speaker.service, m.speaker.label = s, label
	m.divide()
}

// divide gives each maker its part of the network.
func (m *makers) divide() {
	if m.network == nil || !m.known {
		return
	}
	service, label := m.speaker.service, m.speaker.label
	served, rest := m.network.divided(service.Listen, m.daemon)
	if len(served) == 0 {
		m.deputy.end()
		m.speaker.join(rest)
		return
	}
	m.deputy.expect()
	m.speaker.join(rest) // first, so that the daemon does not find our own name
	m.deputy.follow(mission{m.daemon, service, label, indexOf(served, service.Listen)}, served)
}

func (m *makers) end() {
	m.deputy.end()
	m.speaker.end()
}

// divided returns the names of the reachable interfaces that the daemon serves, and a
// network without them. That is empty if the daemon serves all.
func (n Network) divided(listen netip.Addr, d *avahi.Daemon) (served []Interface, rest Network) {
	rest = n
	if d == nil {
		return nil, rest
	}
	all := n.reachable(listen)
	served = slices.DeleteFunc(slices.Clone(all), func(i Interface) bool { return !i.isServed(d.Rules) })
	if len(served) == len(all) {
		return served, Network{Outward: n.Outward}
	}
	rest.Interfaces = slices.DeleteFunc(slices.Clone(n.Interfaces), func(i Interface) bool {
		return slices.ContainsFunc(served, func(s Interface) bool { return s.Index == i.Index })
	})
	return served, rest
}

// indexOf returns the interface to publish on: zero for all that the daemon serves, unless
// the server listens on one address only.
func indexOf(served []Interface, listen netip.Addr) int {
	if len(served) == 0 || !listen.IsValid() || listen.IsUnspecified() {
		return 0
	}
	return served[0].Index
}

// standing puts the status of the two makers together. Methods may be called from any
// goroutine.
type standing struct {
	changed func(Status)

	mu        sync.Mutex
	ofSpeaker Status
	ofDeputy  *Status // nil while it has no mission
}

func (s *standing) speaker(now Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ofSpeaker = now
	s.report()
}

func (s *standing) deputy(now *Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ofDeputy = now
	if now != nil { // else the speaker's follows
		s.report()
	}
}

// report reports the whole with mu held, so that reports do not overlap. While a name is
// looked for the last report stands.
func (s *standing) report() {
	d := s.ofDeputy
	switch {
	case d == nil || d.Name == "" && s.ofSpeaker.Name != "":
		s.changed(s.ofSpeaker)
	case d.Name != "":
		whole := *d
		whole.Interfaces = slices.Concat(d.Interfaces, s.ofSpeaker.Interfaces)
		s.changed(whole)
	}
}
