package discovery

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"fanlight/streaming/discovery/avahi"
)

// source receives records of the services that are looked for, on some interfaces.
type source interface {
	// replies are what is received. The channel is never closed.
	replies() <-chan reply
	// follow takes the present interfaces.
	follow([]net.Interface)
	// ask sends questions, by link.
	ask(map[int][][]byte)
	// isShort tells whether there is more than the source has room for.
	isShort() bool
	close()
}

// sources are where records come from: the daemon on the interfaces that it serves, and
// multicast on the others.
type sources struct {
	own, avahi source // silence where there is none

	network *Network // nil until it is known
	daemon  *avahi.Daemon
	known   bool // whether a daemon runs
}

func noSources() sources { return sources{own: silence{}, avahi: silence{}} }

// join moves to another network, or to the same one in another state.
func (s *sources) join(n Network, c *cache) error {
	s.network = &n
	return s.divide(c)
}

// appoint takes a daemon that has come, or nil if none runs.
func (s *sources) appoint(d *avahi.Daemon, c *cache) error {
	if s.avahi != source(silence{}) {
		s.avahi.close()
		s.avahi = silence{}
		c.release(time.Now())
	}
	s.daemon, s.known = d, true
	return s.divide(c)
}

// divide opens the sources that the network needs, and closes the others.
func (s *sources) divide(c *cache) (err error) {
	if s.network == nil || !s.known {
		return nil
	}
	links, _ := linksOf(*s.network)
	c.follow(links, time.Now())
	served, rest := s.network.divided(netip.Addr{}, s.daemon)
	if s.avahi == source(silence{}) && len(served) > 0 {
		if s.avahi, err = openAvahi(); err != nil { // it is gone, or browses for nobody
			s.avahi, s.daemon = silence{}, nil
			return s.divide(c)
		}
	}
	_, interfaces := linksOf(rest)
	switch {
	case s.daemon != nil && len(interfaces) == 0:
		s.own.close()
		s.own = silence{}
	case s.own == source(silence{}):
		if s.own, err = openMulticast(); err != nil {
			s.own = silence{}
			return err
		}
	}
	s.own.follow(interfaces)
	s.avahi.follow(nil)
	return nil
}

func (s *sources) close() {
	s.own.close()
	s.avahi.close()
}

// linksOf are the interfaces on which streams are looked for: the same on which ours is
// announced.
func linksOf(n Network) (links []link, interfaces []net.Interface) {
	for _, i := range n.reachable(netip.Addr{}) {
		links = append(links, link{i.Index, i.Name, i.Addresses})
		interfaces = append(interfaces, i.Interface)
	}
	return links, interfaces
}

// silence is a source that there is not.
type silence struct{}

func (silence) replies() <-chan reply  { return nil }
func (silence) follow([]net.Interface) {}
func (silence) ask(map[int][][]byte)   {}
func (silence) isShort() bool          { return false }
func (silence) close()                 {}

// multicast is the source on interfaces that no other responder serves: the cache says what
// to ask, and a wire sends and receives.
type multicast struct {
	wire    *wire
	heard   chan reply
	links   map[int]bool // by index: those of the interfaces
	ctx     context.Context
	stop    context.CancelFunc
	working sync.WaitGroup
}

func openMulticast() (source, error) {
	w, err := openWire()
	if err != nil {
		return nil, err
	}
	m := &multicast{wire: w, heard: make(chan reply)}
	m.ctx, m.stop = context.WithCancel(context.Background())
	m.working.Go(m.read)
	return m, nil
}

func (m *multicast) read() {
	for {
		select {
		case p := <-m.wire.heard():
			if found := records(p); len(found) > 0 {
				send(m.ctx, m.heard, reply{link: p.index, from: p.from.Addr(), records: found})
			}
		case <-m.ctx.Done():
			return
		}
	}
}

// isShort is false: the cache has what is received, and knows.
func (m *multicast) isShort() bool { return false }

func (m *multicast) replies() <-chan reply { return m.heard }

func (m *multicast) follow(interfaces []net.Interface) {
	m.links = map[int]bool{}
	for _, i := range interfaces {
		m.wire.join(&i)
		m.links[i.Index] = true
	}
}

func (m *multicast) ask(questions map[int][][]byte) {
	for link, messages := range questions {
		if !m.links[link] { // another source asks there
			continue
		}
		for _, message := range messages {
			m.wire.say(link, message)
		}
	}
}

func (m *multicast) close() {
	m.stop()
	m.wire.close()
	m.working.Wait()
}
