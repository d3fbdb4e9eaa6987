package discovery

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/time/rate"
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
	// Answers to one alone, in a second and at once.
	mostOnce, onceAtOnce = 20, 40
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
	once   *rate.Limiter     // of answers to one alone
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
	s.interfaces = s.network.reachable(s.service.Listen)
	if len(s.interfaces) == 0 {
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
