package discovery

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// hear handles a received message, which may be this machine's own.
func (s *speaker) hear(p packet) {
	switch {
	case !p.message.Response:
		s.hearQuestion(p)
	case p.fromResponder(): // answers from other ports are ignored (RFC 6762, section 6)
		s.hearAnswer(p)
	}
}

func (s *speaker) hearQuestion(p packet) {
	if !s.announced {
		s.heedProposals(p.message.Ns)
		return
	}
	if s.isHostProposed(p) {
		s.lookAtHost()
		return
	}
	if !slices.ContainsFunc(p.message.Question, s.now.isAsked) {
		return
	}
	if !p.fromResponder() {
		if s.isNear(p) && s.once.Allow() {
			s.answerOnce(p)
		}
		return
	}
	pause, apart := answerPause, answerApart
	if len(p.message.Ns) > 0 { // a probe
		pause, apart = 0, defendApart
	}
	for _, i := range s.everywhere {
		if p.index == i.Index || p.index == 0 {
			s.agenda.by(later(time.Now().Add(pause), s.said[i.Index].Add(apart)), task{answering, i.Index})
		}
	}
}

// heedProposals gives way to a machine that probes for the same name at the same time
// with greater data (RFC 6762, section 8.2).
func (s *speaker) heedProposals(proposals []dns.RR) {
	for _, record := range proposals {
		if srv, ok := record.(*dns.SRV); ok && s.now.isInstance(srv.Hdr.Name) && s.now.compare(srv) < 0 {
			s.giveWay()
			return
		}
	}
}

// isNear tells whether a question comes from an address on one of our networks, so that
// answers to a forged address do not leave them.
func (s *speaker) isNear(p packet) bool {
	from := p.from.Addr().WithZone("")
	return s.isOwnSender(p) || from.IsLinkLocalUnicast() || slices.ContainsFunc(s.interfaces, func(i Interface) bool {
		return (p.index == i.Index || p.index == 0) && slices.ContainsFunc(i.Addresses, func(net netip.Prefix) bool { return net.Contains(from) })
	})
}

// answerOnce answers a legacy resolver by unicast: with the question repeated, and a
// short time to live (RFC 6762, section 6.7).
func (s *speaker) answerOnce(p packet) {
	var addresses []netip.Addr
	for _, i := range s.interfaces {
		if p.index == i.Index || p.index == 0 {
			addresses = append(addresses, i.published()...)
		}
	}
	m := response(nil)
	m.Id, m.Question = p.message.Id, p.message.Question
	for _, record := range s.now.records(addresses, legacyLife) {
		h := record.Header()
		h.Class &^= flush
		if slices.ContainsFunc(m.Question, func(q dns.Question) bool {
			return strings.EqualFold(q.Name, h.Name) && (q.Qtype == dns.TypeANY || q.Qtype == h.Rrtype)
		}) {
			m.Answer = append(m.Answer, record)
		} else {
			m.Extra = append(m.Extra, record)
		}
	}
	if len(m.Answer) > 0 {
		s.port.answer(p.from, m)
	}
}

func (s *speaker) hearAnswer(p packet) {
	records := slices.Concat(p.message.Answer, p.message.Extra)
	for _, record := range records {
		srv, ok := record.(*dns.SRV)
		if !ok || srv.Hdr.Ttl == 0 || !s.now.isInstance(srv.Hdr.Name) || s.isOwn(p, srv) {
			continue
		}
		if !s.announced || s.now.compare(srv) < 0 || s.isStubborn() {
			s.giveWay()
			return
		}
		s.announceAgain() // so that the other machine gives way
	}
	if s.announced && slices.ContainsFunc(records, s.isOurGoodbye) {
		s.announceAgain()
	}
	s.hearHost(p, records)
}

// isOwn tells whether a record is one that this speaker sends, or sent lately.
func (s *speaker) isOwn(p packet, srv *dns.SRV) bool {
	return s.now.compare(srv) == 0 ||
		s.isOwnSender(p) && (s.registered.compare(srv) == 0 || s.before.compare(srv) == 0)
}

func (s *speaker) isOwnSender(p packet) bool { return s.own[p.from.Addr().WithZone("")] }

// isStubborn tells whether a rival keeps using the name although it should give way.
// It may not know the rule, and two machines with one name hide each other.
func (s *speaker) isStubborn() bool {
	if s.rivalSince.IsZero() {
		s.rivalSince = time.Now()
	}
	return time.Since(s.rivalSince) > stubbornFor
}

// giveWay starts probing for the next name. The goodbye for the old one also drops the
// rival's record from caches, until the rival answers that goodbye by announcing anew.
func (s *speaker) giveWay() {
	if s.announced {
		s.takeBack()
	}
	s.number++
	s.fresh = s.everywhere
	s.try(s.pause(s.number))
}

// pause is how long to wait before probing for the name with this number, so that a
// machine that always claims the name does not keep this one busy.
func (s *speaker) pause(number int) time.Duration {
	if number > rivalsInARow {
		return rivalPause
	}
	return 0
}

// isOurGoodbye tells whether a record is a goodbye for one of ours, from a machine that
// may have had the same name.
func (s *speaker) isOurGoodbye(record dns.RR) bool {
	h := record.Header()
	if h.Ttl != 0 {
		return false
	}
	if pointer, ok := record.(*dns.PTR); ok {
		return s.now.isInstance(pointer.Ptr)
	}
	a, ok := addressOf(record)
	return s.now.isInstance(h.Name) || ok && s.now.hostOurs && s.own[a] && strings.EqualFold(h.Name, s.now.hostName())
}
