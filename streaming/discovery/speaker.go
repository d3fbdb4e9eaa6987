package discovery

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

const (
	// A name is asked for three times before it counts as free (RFC 6762, section 8.1).
	probeCount = 3
	probePause = 250 * time.Millisecond
	// Whoever meets ever new rivals slows down (RFC 6762, section 8.1).
	rivalsInARow = 10
	rivalPause   = 5 * time.Second
	// Answers wait a little for more questions, and are a second apart on an
	// interface, a quarter of one for somebody who is about to take the name
	// (RFC 6762, section 6).
	answerPause = 20 * time.Millisecond
	answerApart = time.Second
	defendApart = 250 * time.Millisecond
	// stubbornFor is how long somebody may go on using a name that is ours.
	stubbornFor = 10 * time.Second
	// hostPause is how long another responder on this machine gets to come up or go
	// down, hostApart the least time between two looks at that.
	hostPause = 2 * time.Second
	hostApart = 10 * time.Second
	// retryPause is the time after which a failed announcement is tried again.
	retryPause = 30 * time.Second
	// legacyLife bounds how long those keep an answer who will not hear of a change
	// (RFC 6762, section 6.7), in seconds.
	legacyLife = 10
)

// announcePauses are the times between unasked announcements. zeroconf makes its own
// in the first two seconds; the last one here is after those.
var announcePauses = []time.Duration{0, time.Second, 2 * time.Second}

// medium is how a speaker reaches the network.
type medium struct {
	open     func([]Interface) (port, error)
	register func(identity, []Interface) (withdraw func(), err error)
}

// port is where multicast DNS is heard and said.
type port interface {
	heard() <-chan packet
	send(Interface, *dns.Msg)
	answer(netip.AddrPort, *dns.Msg)
	close()
}

// speaker finds a free name for a Service, announces it, defends it, and gives way
// where two have the same name. It does around zeroconf what RFC 6762 asks for and
// zeroconf leaves out. It is for one goroutine.
//
// zeroconf answers as well: its answers differ from the speaker's in their time to
// live, 3200 s, which cannot be set without a data race. So the speaker says
// everything again shortly after each, and what was heard last counts.
type speaker struct {
	medium
	report func(Status)

	service Service
	label   string // for the service's name
	network Network

	port       port
	interfaces []Interface // announced on
	everywhere []Interface // these, and the loopback interface
	own        map[netip.Addr]bool

	now           identity // tried, or used once announced
	number        int      // of the name
	hostNumber    int
	probes        int // sent so far for the names that are tried
	announced     bool
	announcements int       // made so far
	announcedAt   time.Time // the last of them
	rivalSince    time.Time // somebody else has the name as well; zero for nobody

	registered     identity // with zeroconf
	registeredWith []Interface
	before         identity // was registered before
	withdraw       func()   // nil if it is not registered

	agenda agenda
	said   map[int]time.Time // all was said on an interface
	hosted time.Time         // last look at who answers for the machine's name
}

// join moves to another network, or to the same one in another state.
func (s *speaker) join(n Network) {
	s.network = n
	s.begin()
}

// serve changes what is announced.
func (s *speaker) serve(service Service, label string) {
	s.service, s.label = service, label
	s.begin()
}

// begin looks for names on the network as it is now. What is registered stays so
// until they are found: what is known on the network is not to vanish meanwhile.
func (s *speaker) begin() {
	s.shut()
	was := s.interfaces
	s.interfaces = s.network.reachable(s.service.Listen)
	if len(s.interfaces) == 0 {
		s.interfaces = was // to say goodbye, as far as they are still there
		s.end()
		s.report(Status{})
		return
	}
	s.everywhere = append(slices.Clone(s.interfaces), s.network.loopbacks()...)
	s.own = s.network.addresses()
	port, err := s.open(s.everywhere)
	if err != nil {
		s.fail(err)
		return
	}
	s.port = port
	s.number, s.hostNumber = 1, 1
	s.try(0)
}

// try begins to ask for the names with the present numbers.
func (s *speaker) try(pause time.Duration) {
	s.now = identity{
		service:  s.service,
		instance: numbered(s.label, s.number),
		host:     numberedHost(hostLabel(), s.hostNumber),
		hostOurs: true,
	}
	s.announced, s.probes, s.rivalSince = false, 0, time.Time{}
	clear(s.agenda)
	s.agenda.by(time.Now().Add(pause), task{work: probing})
}

func (s *speaker) fail(err error) {
	s.end()
	s.report(Status{Err: err})
	s.agenda.by(time.Now().Add(retryPause), task{work: retrying})
}

// work does what is due.
func (s *speaker) work() {
	for {
		due, ok := s.agenda.take(time.Now())
		if !ok {
			return
		}
		switch due.work {
		case probing:
			s.probe()
		case announcing:
			s.announce()
		case answering:
			s.sayOn(due.index)
		case hosting:
			s.hosted, s.hostNumber = time.Now(), 1
			s.try(0)
		case retrying:
			s.begin()
		}
	}
}

// probe asks whether somebody has the names. It says what the names are to stand
// for, so that of two who ask at the same time one gives way (RFC 6762, section
// 8.2). It says so of the service alone: the machine's name may well be that of
// another responder on this machine.
func (s *speaker) probe() {
	if s.probes == probeCount {
		s.settle()
		return
	}
	s.probes++
	question := new(dns.Msg)
	for _, k := range kinds(s.service) {
		question.Question = append(question.Question, dns.Question{Name: s.now.instanceName(k), Qtype: dns.TypeANY, Qclass: dns.ClassINET})
		proposal := s.now.srv(k, timeToLive)
		proposal.Hdr.Class = dns.ClassINET
		question.Ns = append(question.Ns, proposal)
	}
	question.Question = append(question.Question, dns.Question{Name: s.now.hostName(), Qtype: dns.TypeANY, Qclass: dns.ClassINET})
	for _, i := range s.everywhere {
		s.port.send(i, question)
	}
	s.agenda.by(time.Now().Add(probePause), task{work: probing})
}

// settle uses the names.
func (s *speaker) settle() {
	if !s.isRegistered() {
		s.takeBack()
		withdraw, err := s.register(s.now, s.everywhere)
		if err != nil {
			s.fail(err)
			return
		}
		s.withdraw = withdraw
	} else if s.now.hostOurs {
		s.forgetAddresses()
	}
	if s.registered != s.now {
		s.before = s.registered
	}
	s.registered, s.registeredWith = s.now, s.everywhere
	s.announced, s.announcements = true, 0
	s.agenda.by(time.Now(), task{work: announcing})
	status := Status{Name: s.now.instance, Host: strings.TrimSuffix(s.now.hostName(), ".")}
	for _, i := range s.interfaces {
		status.Interfaces = append(status.Interfaces, i.Name)
	}
	s.report(status)
}

// isRegistered tells whether zeroconf has the names already, on the same
// interfaces. Their addresses may have changed: it looks these up for each answer.
func (s *speaker) isRegistered() bool {
	was := s.registered
	was.hostOurs = s.now.hostOurs
	same := func(a, b Interface) bool { return a.Index == b.Index && a.Name == b.Name }
	return s.withdraw != nil && was == s.now && slices.EqualFunc(s.registeredWith, s.everywhere, same)
}

// forgetAddresses says goodbye to those that the interfaces had before.
func (s *speaker) forgetAddresses() {
	for n, i := range s.everywhere {
		gone := slices.DeleteFunc(s.registeredWith[n].published(), func(a netip.Addr) bool { return slices.Contains(i.published(), a) })
		if len(gone) > 0 {
			s.port.send(i, response(hostRecords(s.now.hostName(), gone, 0, 0)))
		}
	}
}

// announceAgain says everything anew, soon.
func (s *speaker) announceAgain() {
	s.announcements = 0
	s.agenda.by(later(time.Now().Add(answerPause), s.announcedAt.Add(answerApart)), task{work: announcing})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// announce says everything, unasked, some times.
func (s *speaker) announce() {
	s.announcedAt = time.Now()
	for _, i := range s.everywhere {
		s.say(i)
	}
	if s.announcements++; s.announcements < len(announcePauses) {
		s.agenda.by(time.Now().Add(announcePauses[s.announcements]), task{work: announcing})
	}
}

func (s *speaker) sayOn(index int) {
	for _, i := range s.everywhere {
		if i.Index == index {
			s.say(i)
		}
	}
}

func (s *speaker) say(i Interface) {
	s.said[i.Index] = time.Now()
	s.port.send(i, response(s.now.records(i.published(), timeToLive)))
}

func response(records []dns.RR) *dns.Msg {
	m := new(dns.Msg)
	m.Response, m.Authoritative, m.Compress = true, true, true
	m.Answer = records
	return m
}

// hear takes in what somebody said, this machine included.
func (s *speaker) hear(p packet) {
	if p.message.Response {
		s.hearAnswer(p)
	} else {
		s.hearQuestion(p)
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
		s.answerOnce(p)
		return
	}
	pause, apart := answerPause, answerApart
	if len(p.message.Ns) > 0 { // somebody is about to take a name
		pause, apart = 0, defendApart
	}
	for _, i := range s.everywhere {
		if p.index == i.Index || p.index == 0 {
			s.agenda.by(later(time.Now().Add(pause), s.said[i.Index].Add(apart)), task{answering, i.Index})
		}
	}
}

// heedProposals gives way to somebody who asks for the same name at the same time
// and has the greater data.
func (s *speaker) heedProposals(proposals []dns.RR) {
	for _, record := range proposals {
		if srv, ok := record.(*dns.SRV); ok && s.now.isInstance(srv.Hdr.Name) && s.now.compare(srv) < 0 {
			s.giveWay()
			return
		}
	}
}

// isHostProposed tells whether another responder on this machine comes up and asks
// for the machine's name, which it shall have.
func (s *speaker) isHostProposed(p packet) bool {
	return s.isOwnSender(p) && len(hostAddresses(p.message.Ns, s.now.hostName())) > 0
}

// lookAtHost has it found out anew who answers for the machine's name.
func (s *speaker) lookAtHost() {
	s.agenda.by(later(time.Now().Add(hostPause), s.hosted.Add(hostApart)), task{work: hosting})
}

// answerOnce answers one who does not speak multicast DNS. It must get the question
// back, and must not keep the answer for long.
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
		s.announceAgain() // that the other one gives way
	}
	if s.announced && slices.ContainsFunc(records, s.isOurGoodbye) {
		s.announceAgain()
	}
	s.hearHost(p, records)
}

// isOwn tells whether a record is what this speaker itself says, or said lately.
func (s *speaker) isOwn(p packet, srv *dns.SRV) bool {
	return s.now.compare(srv) == 0 ||
		s.isOwnSender(p) && (s.registered.compare(srv) == 0 || s.before.compare(srv) == 0)
}

func (s *speaker) isOwnSender(p packet) bool { return s.own[p.from.Addr().WithZone("")] }

// isStubborn tells whether a rival goes on using the name although it is to give
// way. It may not know the rule, and two of one name hide each other.
func (s *speaker) isStubborn() bool {
	if s.rivalSince.IsZero() {
		s.rivalSince = time.Now()
	}
	return time.Since(s.rivalSince) > stubbornFor
}

// giveWay goes on to the next name. The goodbye to the one before takes it from who
// keeps it as well, for a moment: who hears a goodbye to what is its own says that
// it is still there.
func (s *speaker) giveWay() {
	if s.announced {
		s.takeBack()
	}
	s.number++
	s.try(s.pause(s.number))
}

// pause keeps somebody who always has the name from making this machine busy.
func (s *speaker) pause(number int) time.Duration {
	if number > rivalsInARow {
		return rivalPause
	}
	return 0
}

// isOurGoodbye tells whether somebody, who may have had the same name, said goodbye
// to what is ours.
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

// hearHost follows who answers for the machine's name.
func (s *speaker) hearHost(p packet, records []dns.RR) {
	mine := func(a netip.Addr) bool { return s.own[a] }
	alive := slices.DeleteFunc(slices.Clone(records), func(r dns.RR) bool { return r.Header().Ttl == 0 })
	named := hostAddresses(alive, s.now.hostName())
	isOurs := slices.ContainsFunc(named, mine)
	switch {
	case len(named) > 0 && !isOurs && (!s.announced || s.now.hostOurs && s.losesHost(p, named)):
		s.hostNumber++
		s.try(s.pause(s.hostNumber))
	case len(named) > 0 && !isOurs && s.now.hostOurs:
		s.announceAgain() // that the other one gives way
	case isOurs && !s.announced && !s.isComposed(records):
		s.now.hostOurs = false
	case s.announced && !s.now.hostOurs && s.isOwnSender(p) && s.hasLeft(records):
		s.lookAtHost()
	}
}

// losesHost tells whether this machine is to give way to another of the same name.
func (s *speaker) losesHost(p packet, others []netip.Addr) bool {
	for _, i := range s.interfaces {
		if i.Index == p.index || p.index == 0 {
			return compareHosts(i.published(), others) < 0
		}
	}
	return false
}

// isComposed tells whether an answer is zeroconf's on our behalf: it adds the
// machine's addresses to all it says, though it does not answer for them.
func (s *speaker) isComposed(records []dns.RR) bool {
	return slices.ContainsFunc(records, func(r dns.RR) bool {
		return s.now.isInstance(r.Header().Name) || s.withdraw != nil && s.registered.isInstance(r.Header().Name)
	})
}

// hasLeft tells whether another responder on this machine gives up the machine's
// name, or has another one for it now.
func (s *speaker) hasLeft(records []dns.RR) bool {
	return slices.ContainsFunc(records, func(r dns.RR) bool {
		a, ok := addressOf(r)
		isName := strings.EqualFold(r.Header().Name, s.now.hostName())
		return ok && s.own[a] && isName == (r.Header().Ttl == 0)
	})
}

// hostAddresses are those that records give to a machine.
func hostAddresses(records []dns.RR, host string) []netip.Addr {
	var all []netip.Addr
	for _, r := range records {
		if a, ok := addressOf(r); ok && strings.EqualFold(r.Header().Name, host) {
			all = append(all, a)
		}
	}
	return all
}

func addressOf(record dns.RR) (netip.Addr, bool) {
	var a netip.Addr
	var ok bool
	switch r := record.(type) {
	case *dns.A:
		a, ok = netip.AddrFromSlice(r.A)
	case *dns.AAAA:
		a, ok = netip.AddrFromSlice(r.AAAA)
	}
	return a.Unmap(), ok
}

// takeBack says goodbye to what is registered.
func (s *speaker) takeBack() {
	if s.withdraw == nil {
		return
	}
	s.withdraw()
	s.withdraw = nil
	if s.port == nil {
		return
	}
	for _, i := range s.registeredWith {
		s.port.send(i, response(s.registered.records(i.published(), 0)))
	}
}

// shut hears and says no more. What is registered stays so.
func (s *speaker) shut() {
	clear(s.agenda)
	s.announced = false
	if s.port != nil {
		s.port.close()
		s.port = nil
	}
}

// end says goodbye.
func (s *speaker) end() {
	s.takeBack()
	s.shut()
}
