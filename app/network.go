package main

import (
	"errors"
	"net"
	"slices"
	"time"

	"fanlight/streaming/discovery"
	"fanlight/streaming/reach"
	"fanlight/ui"
)

// lookAgain is the time between two checks for firewalls while there is a problem: the
// user may have run the command that was shown.
const lookAgain = 10 * time.Second

// nameTries is how often to look up this machine's name again if nobody answers: after a
// change of the network that takes a while.
const nameTries = 3

var errNoNetwork = errors.New("this computer is on no network: connect it to one, and others can watch")

// stands stores the status of the announcement.
func (p *program) stands(s discovery.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.standing = s
}

// announced returns the function that handles each new status of the announcement. Its
// calls must not overlap.
func (p *program) announced(shared *sharing) func(discovery.Status) {
	return func(s discovery.Status) {
		p.stands(s)
		switch {
		case s.Err != nil:
			p.report(announceTrouble, s.Err)
		case len(s.Interfaces) == 0:
			p.report(announceTrouble, errNoNetwork)
		default:
			p.report(announceTrouble, nil)
			p.log.Info("announced", "name", s.Name, "host", s.Host, "on", s.Interfaces, "by", responder(s))
			for _, gap := range s.Gaps() {
				p.log.Warn("announced in part", "why", gap)
			}
		}
		select { // only the newest counts
		case <-shared.hosts:
		default:
		}
		shared.hosts <- s.Host
	}
}

// responder names the program that answers for the stream on the network.
func responder(s discovery.Status) string {
	if s.Avahi {
		return "avahi-daemon"
	}
	return "Fanlight"
}

// followNetwork updates the link so that others can open it, and reports firewalls, until
// sharing ends.
func (p *program) followNetwork(s *sharing) {
	networks := make(chan discovery.Network)
	s.following.Go(func() {
		for n := range discovery.Networks(s.ctx) {
			select {
			case networks <- n:
			case <-s.ctx.Done():
			}
		}
	})
	var network discovery.Network
	host := discovery.HostName()
	tries := 0
	for {
		var again <-chan time.Time
		if tries > 0 || p.troubled(reachTrouble) || p.troubled(foundTrouble) {
			again = time.After(lookAgain)
		}
		select {
		case network = <-networks:
			tries = nameTries
		case announced := <-s.hosts:
			if announced == "" {
				continue
			}
			host, tries = announced, nameTries
		case <-again:
			tries = max(tries-1, 0)
		case <-s.ctx.Done():
			return
		}
		if p.linkTo(s, host, network) {
			tries = 0
		}
	}
}

// linkTo makes the link from this machine's name if that resolves to this machine, else
// from its address, and looks for a firewall that blocks others. It returns false if the
// name does not resolve and should be tried again.
func (p *program) linkTo(s *sharing, host string, network discovery.Network) (settled bool) {
	named := !p.options.NoDiscovery && discovery.IsAnswered(s.ctx, host, network)
	if !named {
		host = ""
	}
	settled = named || p.options.NoDiscovery
	if s.ctx.Err() != nil {
		return settled
	}
	p.mu.Lock()
	before, othersBefore := p.link, p.otherLinks
	p.host = host
	p.setLinks()
	link := p.link
	p.logOthers(othersBefore)
	p.mu.Unlock()

	was := p.troubled(reachTrouble)
	err := reach.Check(s.ctx, s.address, p.secure(), p.server.Visited())
	if s.ctx.Err() != nil {
		return settled
	}
	p.report(reachTrouble, err)
	if !p.options.NoDiscovery {
		p.report(foundTrouble, reach.CheckDiscovery(s.ctx))
	}
	if err == nil && (was || link != before) && joined(network) {
		p.log.Info("others can watch", "link", link)
	}
	return settled
}

// otherLinks returns the links by number besides the one that is shown; none if this machine
// is on one network, where the one that is shown will do.
func otherLinks(shown string, all []reach.NumberedLink) (others []ui.OtherLink) {
	if len(all) < 2 {
		return nil
	}
	for _, one := range all {
		if one.Link != shown {
			others = append(others, ui.OtherLink(one))
		}
	}
	return others
}

// logOthers logs the links for other networks if they are not what they were. It is called
// with mu held.
func (p *program) logOthers(before []ui.OtherLink) {
	if len(p.otherLinks) == 0 || slices.Equal(p.otherLinks, before) {
		return
	}
	var all []string
	for _, one := range p.otherLinks {
		all = append(all, one.Link+" ("+one.Interface+")")
	}
	p.log.Info("others can watch too", "at", all)
}

// joined reports whether this machine is on a network.
func joined(n discovery.Network) bool {
	return slices.ContainsFunc(n.Interfaces, func(i discovery.Interface) bool {
		return i.Flags&net.FlagLoopback == 0 && len(i.Addresses) > 0
	})
}
