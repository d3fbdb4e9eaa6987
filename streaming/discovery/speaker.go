package discovery

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/time/rate"

	"fanlight/streaming/discovery/avahi"
)

const (
	// A name is asked for three times before it counts as free (RFC 6762, section 8.1).
	probeCount = 3
	probePause = 250 * time.Millisecond
	// After this many conflicts in a row, probing slows down (RFC 6762, section 8.1).
	rivalsInARow = 10
	rivalPause   = 5 * time.Second
	// An answer waits a little for more questions. Two answers on an interface are a
	// second apart, a quarter of one to a machine that probes for the name (RFC 6762,
	// section 6).
	answerPause = 20 * time.Millisecond
	answerApart = time.Second
	defendApart = 250 * time.Millisecond
	// Unicast answers, per second and in a burst.
	mostOnce, onceAtOnce = 20, 40
	// stubbornFor is how long another machine may keep using our name before we give way.
	stubbornFor = 10 * time.Second
	// hostPause is how long another responder on this machine gets to start or stop;
	// hostApart is the least time between two checks of that.
	hostPause = 2 * time.Second
	hostApart = 10 * time.Second
	// retryPause is the time after which a failed announcement is retried.
	retryPause = 30 * time.Second
	// legacyLife is the time to live of answers to legacy resolvers, which learn of no
	// change (RFC 6762, section 6.7), in seconds.
	legacyLife = 10
)

// announcePauses are the times between unasked announcements. Where zeroconf sends its own,
// in the first two seconds, the last one here comes after those.
var announcePauses = []time.Duration{0, time.Second, 2 * time.Second}

// medium is how a speaker reaches the network.
type medium struct {
	open     func([]Interface) (port, error)
	register func(identity, []Interface) (withdraw func(), err error)
	publish  func(ctx context.Context, index int, name string, services []avahi.Service) (publication, error)
}

// port receives and sends multicast DNS messages.
type port interface {
	heard() <-chan packet
	send(Interface, *dns.Msg)
	answer(netip.AddrPort, *dns.Msg)
	close()
}

// speaker finds a free name for a Service, announces it, defends it, and gives way
// in a conflict: what RFC 6762 asks for and zeroconf leaves out. It is for one goroutine.
//
// zeroconf answers as well, with a time to live of 3200 s that cannot be set without a
// data race. So the speaker sends all records again shortly after each such answer:
// receivers keep what came last.
type speaker struct {
	medium
	report func(Status)

	service Service
	label   string // for the service's name
	network Network

	port       port
	interfaces []Interface // announced on
	everywhere []Interface // these, and the loopback interface
	fresh      []Interface // of those, where the names are probed for and announced
	own        map[netip.Addr]bool

	now           identity // being probed, or in use once announced
	number        int      // of the name
	hostNumber    int
	probes        int // sent so far for the present names
	announced     bool
	announcements int       // sent so far
	announcedAt   time.Time // the last of them
	rivalSince    time.Time // when another machine was first seen using the name; zero for none

	registered     identity // with zeroconf
	registeredWith []Interface
	before         identity // was registered before
	withdraw       func()   // nil if it is not registered

	agenda agenda
	said   map[int]time.Time // by interface: when all records were last sent
	once   *rate.Limiter     // of unicast answers
	hosted time.Time         // last check of who answers for the host name
}

// join moves to another network, or to the same one in another state.
func (s *speaker) join(n Network) {
	s.network = n
	s.begin()
}

// begin starts probing for names on the present network. What is registered stays so
// until names are found, so that it does not vanish from others' lists meanwhile.
func (s *speaker) begin() {
	s.interfaces = s.network.reachable(s.service.Listen)
	if len(s.interfaces) == 0 {
		s.registered.hostOurs = false // a daemon that takes over answers for the name
		s.end()
		s.report(Status{})
		return
	}
	before := s.port
	s.port = nil
	s.shut()
	s.everywhere = append(slices.Clone(s.interfaces), s.network.loopbacks()...)
	s.own = s.network.addresses()
	port, err := s.open(s.everywhere)
	if before != nil { // only now, so that this machine does not leave the groups meanwhile
		before.close()
	}
	if err != nil {
		s.fail(err)
		return
	}
	s.port = port
	if s.fresh = s.changed(); !s.keeps() {
		s.fresh, s.number, s.hostNumber = s.everywhere, 1, 1
	}
	s.try(0)
}

// try starts probing for the names with the present numbers.
func (s *speaker) try(pause time.Duration) {
	s.now = identity{
		service:  s.service,
		instance: numbered(s.label, s.number),
		host:     numberedHost(hostLabel(), s.hostNumber),
		hostOurs: true,
	}
	if len(s.fresh) < len(s.everywhere) { // another responder was looked for on the rest
		s.now.hostOurs = s.registered.hostOurs
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
			s.hosted, s.hostNumber, s.fresh = time.Now(), 1, s.everywhere
			s.try(0)
		case retrying:
			s.begin()
		}
	}
}

// probe asks whether the names are taken. It includes the proposed records, so that of
// two machines that probe at the same time one gives way (RFC 6762, section 8.2), but
// only the service's: another responder on this machine may own the host name.
func (s *speaker) probe() {
	if s.probes == probeCount || len(s.fresh) == 0 {
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
	for _, i := range s.fresh {
		s.port.send(i, question)
	}
	s.agenda.by(time.Now().Add(probePause), task{work: probing})
}

// settle takes the probed names into use.
func (s *speaker) settle() {
	switch {
	case !s.isRegistered():
		s.takeBack()
	case s.now.hostOurs:
		s.forgetAddresses()
	}
	if s.withdraw != nil && alone(s.registeredWith) != alone(s.everywhere) {
		s.withdraw() // unheard on the network: see unasked
		s.withdraw = nil
	}
	if s.withdraw == nil {
		withdraw, err := s.register(s.now, s.everywhere)
		if err != nil {
			s.fail(err)
			return
		}
		s.withdraw = withdraw
	}
	if s.registered != s.now {
		s.before = s.registered
	}
	s.registered, s.registeredWith = s.now, s.everywhere
	s.announced, s.announcements = true, 0
	s.agenda.by(time.Now(), task{work: announcing})
	status := Status{Name: s.now.instance, Host: s.now.host + ".local"}
	for _, i := range s.interfaces {
		status.Interfaces = append(status.Interfaces, i.Name)
	}
	s.report(status)
}

// announceAgain schedules a new round of announcements.
func (s *speaker) announceAgain() {
	s.announcements, s.fresh = 0, s.everywhere
	s.agenda.by(later(time.Now().Add(answerPause), s.announcedAt.Add(answerApart)), task{work: announcing})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// announce sends all records unasked where they are new, and schedules the next time.
func (s *speaker) announce() {
	s.announcedAt = time.Now()
	for _, i := range s.fresh {
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

// shut closes the port and clears the agenda. What is registered stays so.
func (s *speaker) shut() {
	clear(s.agenda)
	s.announced = false
	if s.port != nil {
		s.port.close()
		s.port = nil
	}
}

// end withdraws the announcement and closes the port.
func (s *speaker) end() {
	s.takeBack()
	s.shut()
}
