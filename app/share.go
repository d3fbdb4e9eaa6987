package main

import (
	"fmt"
	"net"

	"fanlight/streaming/discovery"
	"fanlight/streaming/reach"
)

// beginSharing is a job.
func (p *program) beginSharing(listener net.Listener) {
	started := startSharing(p.server, listener, reach.Link(listener.Addr(), "", p.secure()))
	p.sharing = started
	p.setListening(listener.Addr())
	p.log.Info("sharing", "link", started.link)
	p.working.Go(func() {
		<-started.done
		p.jobs.add(func() { p.ended(started) })
	})
	p.followEngines()
	p.announce()
	started.followNetwork(p.followNetwork)
}

// ended is a job: it tidies up after a server that ended by itself, unless sharing was
// ended or started again since.
func (p *program) ended(started *sharing) {
	if p.sharing != started {
		return
	}
	p.endSharing()
	p.report(sharingTrouble, fmt.Errorf("sharing has ended by itself; switch it on again: %w", started.err))
	p.setWantShare(false)
}

// endSharing is a job.
func (p *program) endSharing() {
	if p.sharing == nil {
		return
	}
	p.setListening(nil)
	p.sharing.end()
	p.stands(discovery.Status{})
	p.report(announceTrouble, nil)
	p.report(reachTrouble, nil)
	p.report(foundTrouble, nil)
	p.report(openTrouble, nil)
	p.sharing = nil
	p.followEngines()
}

// announce is part of a job: it announces the stream under its name, if it is shared.
func (p *program) announce() {
	p.stream.Rename(p.name())
	if p.sharing == nil || p.options.NoDiscovery {
		return
	}
	service := discovery.Service{Name: p.name(), ID: p.settings.get().ID, Passcode: p.hasPasscode(), Fingerprint: p.fingerprint, RTSPPort: p.engines.port()}
	if err := p.sharing.announceAs(service, p.announced(p.sharing)); err != nil {
		p.report(announceTrouble, err)
	}
}

// setListening sets the links for the address listened on; nil while sharing is off.
func (p *program) setListening(address net.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listening, p.host = address, ""
	p.nearby.remember(address)
	p.setLinks()
	p.logOthers(nil)
}

// setLinks makes the links. It is called with mu held when sharing starts or ends, when
// this machine's name or addresses change, and when the passcode does: the key in the
// link is made from it.
func (p *program) setLinks() {
	p.link, p.keyLink, p.linkHere, p.otherLinks = "", "", "", nil
	if p.listening != nil {
		p.link = reach.Link(p.listening, p.host, p.secure())
		p.linkHere = reach.Link(p.listening, "", p.secure())
		p.otherLinks = otherLinks(p.link, reach.Links(p.listening, p.secure()))
		p.keyLink = p.linkHere + p.server.LinkKey() // with the address: not every phone resolves .local names (Android before 12)
	}
}
