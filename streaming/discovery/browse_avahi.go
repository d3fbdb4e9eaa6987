package discovery

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/miekg/dns"

	"fanlight/streaming/discovery/avahi"
)

// mostTargets is how many hosts an instance has on a link: a new one comes before the old
// one goes.
const mostTargets = 4

// throughAvahi is the source on interfaces that avahi-daemon serves. The daemon asks as RFC
// 6762, section 5.2, says, and keeps what it receives; a record stays until the daemon
// says that it is gone.
type throughAvahi struct {
	browser *avahi.Browser
	heard   chan reply
	moved   chan struct{} // the network has changed
	ctx     context.Context
	stop    context.CancelFunc
	reading sync.WaitGroup

	named     map[string]*named      // instances, by their names in lower case
	seats     *seats[string]         // of those, the ones that are browsed for
	waiting   []string               // those for which there was no place yet
	outside   map[string]string      // those that had to leave, with their neighbours, where known
	short     atomic.Bool            // as the seats are
	targets   map[place][]string     // the hosts of each instance that is browsed for, on each link
	hosts     map[string]int         // of those, with the number of records that name each
	addresses map[place][]netip.Addr // of those, on each link
}

// named is an instance as PTR records name it.
type named struct {
	name    string
	records int
}

func openAvahi() (source, error) {
	ctx, stop := context.WithCancel(context.Background())
	b, err := avahi.NewBrowser(ctx)
	if err != nil {
		stop()
		return nil, err
	}
	s := &throughAvahi{browser: b, heard: make(chan reply), moved: make(chan struct{}, 1), ctx: ctx, stop: stop,
		named: map[string]*named{}, seats: newSeats[string](), outside: map[string]string{}, targets: map[place][]string{}, hosts: map[string]int{},
		addresses: map[place][]netip.Addr{}}
	for _, service := range services {
		if err := b.Ask(ctx, avahi.Question{Name: service + "." + domain, Type: dns.TypePTR}); err != nil {
			stop()
			b.Close()
			return nil, err
		}
	}
	s.reading.Go(s.read)
	return s, nil
}

func (s *throughAvahi) replies() <-chan reply { return s.heard }

// follow has all records sent again: those of an interface that the browser did not know
// yet were lost. The daemon follows the network by itself.
func (s *throughAvahi) follow([]net.Interface) {
	select {
	case s.moved <- struct{}{}:
	default: // it is to come already
	}
}

func (s *throughAvahi) isShort() bool { return s.short.Load() }

// ask does nothing: the daemon asks.
func (s *throughAvahi) ask(map[int][][]byte) {}

func (s *throughAvahi) close() {
	s.stop()
	s.reading.Wait()
	s.browser.Close()
}

func (s *throughAvahi) read() {
	for {
		select {
		case signal := <-s.browser.Signals():
			if r, ok := s.browser.Read(signal); ok && s.take(r) {
				s.pass(r)
			}
			s.seat()
			s.short.Store(s.seats.short)
		case <-s.moved:
			s.passAgain()
		case <-s.ctx.Done():
			return
		}
	}
}

// pass passes a record on, with the time to live of a goodbye if it is gone.
func (s *throughAvahi) pass(r avahi.Record) {
	record := dns.Copy(r.Record) // the browser keeps the other one
	record.Header().Ttl = timeToLive
	if r.Gone {
		record.Header().Ttl = 0
	}
	send(s.ctx, s.heard, reply{link: r.Index, records: []dns.RR{record}, kept: true, own: r.Own})
}

// passAgain passes all records on that lead to an instance, SRV records first: the others
// belong to those.
func (s *throughAvahi) passAgain() {
	var rest []avahi.Record
	for _, r := range s.browser.Kept() {
		switch r.Record.(type) {
		case *dns.PTR:
		case *dns.SRV:
			s.pass(r)
		default:
			rest = append(rest, r)
		}
	}
	for _, r := range rest {
		s.pass(r)
	}
}

// take browses for what a record names, or no longer does so, and reports whether the
// record is to be passed on. A PTR record is only if it is gone, since there may be no room
// for the instance; its SRV record follows if there is.
func (s *throughAvahi) take(r avahi.Record) bool {
	switch record := r.Record.(type) {
	case *dns.PTR:
		if !strings.HasSuffix(strings.ToLower(record.Ptr), "."+strings.ToLower(record.Hdr.Name)) {
			return false
		}
		s.takePointer(record.Ptr, r.Gone)
		return r.Gone
	case *dns.SRV:
		return s.takeTarget(place{r.Index, strings.ToLower(record.Hdr.Name)}, record.Target, r.Gone)
	case *dns.TXT:
		name := strings.ToLower(record.Hdr.Name)
		_, service, _ := splitInstance(name)
		s.seats.rest(name, !r.Gone && isPage(service, textsOf(record)))
	case *dns.A, *dns.AAAA:
		if address, ok := addressOf(record); ok {
			return s.takeAddress(place{r.Index, strings.ToLower(record.Header().Name)}, address, r.Gone)
		}
	}
	return true
}

// takePointer browses for an instance while records name it.
func (s *throughAvahi) takePointer(name string, gone bool) {
	key := strings.ToLower(name)
	n := s.named[key]
	switch {
	case n == nil && gone:
	case n == nil:
		s.named[key] = &named{name, 1}
		s.waiting = append(s.waiting, key)
	case !gone:
		n.records++
	case n.records > 1:
		n.records--
	default:
		s.forget(key)
		delete(s.named, key)
		delete(s.outside, key)
		s.waiting = slices.DeleteFunc(s.waiting, func(w string) bool { return w == key })
		s.letBack()
	}
}

// letBack lets one of those that had to leave wait for the place that has become free.
func (s *throughAvahi) letBack() {
	if len(s.seats.owners)+len(s.waiting) >= mostInstances {
		return
	}
	for key, owner := range s.outside {
		if !s.seats.isCrowd(owner) {
			delete(s.outside, key)
			s.waiting = append(s.waiting, key)
			return
		}
	}
}

// seat browses for instances that wait, as far as there is room.
func (s *throughAvahi) seat() {
	for len(s.waiting) > 0 && s.ctx.Err() == nil {
		out, replaced, ok := s.seats.admit(s.waiting[0], "")
		if !ok {
			return
		}
		if replaced {
			if !s.seats.idle[out] {
				s.outside[out] = ""
			}
			s.forget(out)
		}
		s.browse(s.named[s.waiting[0]].name, dns.TypeSRV, dns.TypeTXT)
		s.waiting = s.waiting[1:]
	}
}

// takeTarget browses for the host of an instance while a record names it.
func (s *throughAvahi) takeTarget(at place, host string, gone bool) bool {
	hosts := s.targets[at]
	if !gone {
		if len(hosts) >= mostTargets {
			return false
		}
		s.targets[at] = append(hosts, host)
		if s.hosts[host]++; s.hosts[host] == 1 {
			s.browse(host, dns.TypeA, dns.TypeAAAA)
		}
		return s.claim(at, host)
	}
	n := slices.Index(hosts, host)
	if n < 0 {
		return false
	}
	if s.targets[at] = slices.Delete(hosts, n, n+1); len(s.targets[at]) == 0 {
		delete(s.targets, at)
	}
	if s.hosts[host]--; s.hosts[host] == 0 {
		delete(s.hosts, host)
		s.end(host, dns.TypeA, dns.TypeAAAA)
	}
	return s.targets[at] == nil // else the new one has come already
}

// takeAddress stores an address of a host, by which the host's instances are told to be one
// neighbour's. It reports whether the host is still browsed for, or the address is gone.
func (s *throughAvahi) takeAddress(at place, address netip.Addr, gone bool) bool {
	all := slices.DeleteFunc(s.addresses[at], func(a netip.Addr) bool { return a == address })
	if !gone {
		all = append(all, address)
	}
	if s.addresses[at] = all; len(all) == 0 {
		delete(s.addresses, at)
	}
	for instance, hosts := range s.targets {
		if n := slices.IndexFunc(hosts, func(h string) bool { return strings.ToLower(h) == at.name }); n >= 0 && instance.link == at.link {
			s.claim(instance, hosts[n])
		}
	}
	return gone || s.addresses[at] != nil
}

// claim stores whose an instance with a host is. If that neighbour has too many, a web page of
// its own leaves, or else the instance itself: then claim returns false.
func (s *throughAvahi) claim(at place, host string) bool {
	owner := s.neighbour(place{at.link, strings.ToLower(host)})
	if s.seats.owners[at.name] != owner && s.seats.isCrowd(owner) && !s.seats.idle[at.name] {
		if page, ok := s.seats.victim(owner); ok {
			s.forget(page)
		}
	}
	if s.seats.own(at.name, owner) {
		return true
	}
	s.outside[at.name] = owner
	s.forget(at.name)
	return false
}

// neighbour is the machine that a host is: its first address, IPv4 before IPv6, as one machine
// may have a host for each instance, and the host's name until an address is known.
func (s *throughAvahi) neighbour(host place) string {
	if all := s.addresses[host]; len(all) > 0 {
		return slices.MinFunc(all, netip.Addr.Compare).String()
	}
	return host.name
}

// forget no longer browses for an instance, given by its key.
func (s *throughAvahi) forget(key string) {
	s.seats.leave(key)
	s.end(s.named[key].name, dns.TypeSRV, dns.TypeTXT)
}

func (s *throughAvahi) browse(name string, kinds ...uint16) {
	for _, kind := range kinds {
		_ = s.browser.Ask(s.ctx, avahi.Question{Name: name, Type: kind}) // fails if the daemon is gone: another source follows
	}
}

// end no longer browses for the records of a name, and passes on that they are gone.
func (s *throughAvahi) end(name string, kinds ...uint16) {
	for _, kind := range kinds {
		for _, gone := range s.browser.Forget(s.ctx, avahi.Question{Name: name, Type: kind}) {
			if s.take(gone) {
				s.pass(gone)
			}
		}
	}
}
