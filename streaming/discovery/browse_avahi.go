package discovery

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"fanlight/streaming/discovery/avahi"
)

// mostNames is how many instances and hosts are browsed for.
const mostNames = 2 * mostInstances

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

	// wanted are the instances and hosts that are browsed for, with the number of records
	// that name each.
	wanted map[string]int
	// services counts the SRV records of each instance on each link: a new one comes before
	// the old one goes.
	services map[place]int
}

func openAvahi() (source, error) {
	b, err := avahi.NewBrowser()
	if err != nil {
		return nil, err
	}
	s := &throughAvahi{browser: b, heard: make(chan reply), moved: make(chan struct{}, 1), wanted: map[string]int{}, services: map[place]int{}}
	for _, service := range services {
		if err := b.Ask(avahi.Question{Name: service + "." + domain, Type: dns.TypePTR}); err != nil {
			b.Close()
			return nil, err
		}
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
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
		case <-s.moved:
			kept := s.browser.Kept()
			slices.SortFunc(kept, func(a, b avahi.Record) int { return rank(a) - rank(b) })
			for _, r := range kept {
				s.pass(r)
			}
		case <-s.ctx.Done():
			return
		}
	}
}

// pass passes a record on, with the time to live of a goodbye if it is gone.
func (s *throughAvahi) pass(r avahi.Record) {
	r.Record.Header().Ttl = timeToLive
	if r.Gone {
		r.Record.Header().Ttl = 0
	}
	send(s.ctx, s.heard, reply{link: r.Index, records: []dns.RR{r.Record}, kept: true})
}

// rank orders records so that each kind follows those that name it.
func rank(r avahi.Record) int {
	switch r.Record.(type) {
	case *dns.PTR:
		return 0
	case *dns.SRV:
		return 1
	}
	return 2
}

// take browses for what a record names, or no longer does so, and reports whether the
// record is to be passed on.
func (s *throughAvahi) take(r avahi.Record) bool {
	change := 1
	if r.Gone {
		change = -1
	}
	switch record := r.Record.(type) {
	case *dns.PTR:
		if !strings.HasSuffix(strings.ToLower(record.Ptr), "."+strings.ToLower(record.Hdr.Name)) {
			return false
		}
		s.want(record.Ptr, change, dns.TypeSRV, dns.TypeTXT)
	case *dns.SRV:
		s.want(record.Target, change, dns.TypeA, dns.TypeAAAA)
		at := place{r.Index, strings.ToLower(record.Hdr.Name)}
		s.services[at] += change
		if s.services[at] > 0 {
			return !r.Gone
		}
		delete(s.services, at)
	}
	return true
}

// want browses for the records of a name while others name it, of at most mostNames.
func (s *throughAvahi) want(name string, change int, kinds ...uint16) {
	before, known := s.wanted[name]
	if !known && (change < 0 || len(s.wanted) >= mostNames) {
		return
	}
	after := before + change
	if s.wanted[name] = after; after == 0 {
		delete(s.wanted, name)
	}
	for _, kind := range kinds {
		q := avahi.Question{Name: name, Type: kind}
		switch {
		case before == 0:
			_ = s.browser.Ask(q) // fails if the daemon is gone: another source follows
		case after == 0:
			for _, gone := range s.browser.Forget(q) {
				if s.take(gone) {
					s.pass(gone)
				}
			}
		}
	}
}
