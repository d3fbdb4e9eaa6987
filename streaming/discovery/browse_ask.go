package discovery

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/miekg/dns"
)

const (
	// The question for all instances is asked a moment after a network was joined, and
	// repeated after these pauses, each twice as long as the one before (RFC 6762,
	// section 5.2).
	firstRound, longestRound = time.Second, time.Hour
	// Machines that start together do not ask together.
	leastDelay, mostDelay = 20 * time.Millisecond, 120 * time.Millisecond

	// Missing records of an instance are asked for after these pauses.
	firstAsk, longestAsk = 100 * time.Millisecond, time.Minute
	mostQuestions        = 20 // in one message
	mostKnown            = 25 // answers in one message
)

// round is when the question for all instances is asked next on a link.
type round struct {
	next  time.Time
	pause time.Duration // after that
}

func firstRoundAt(now time.Time) *round {
	return &round{next: now.Add(leastDelay + rand.N(mostDelay-leastDelay)), pause: firstRound}
}

// questions returns the messages that are due, by link, and when the next ones are.
func (c *cache) questions(now time.Time) (due map[int][][]byte, next time.Time) {
	asked := map[int][]dns.Question{}
	for index, r := range c.rounds {
		if !r.next.After(now) {
			for _, service := range services {
				asked[index] = append(asked[index], question(service+"."+domain, dns.TypePTR))
			}
			r.next, r.pause = now.Add(r.pause), min(2*r.pause, longestRound)
		}
		next = soonest(next, r.next)
	}
	for at, i := range c.instances {
		missing := c.missing(at, i, now)
		if len(missing) == 0 {
			i.asked, i.ask = 0, time.Time{}
			next = soonest(next, c.expiring(at, i, now))
			continue
		}
		if i.ask.IsZero() { // the other records may follow
			i.ask = now.Add(firstAsk)
		}
		if !i.ask.After(now) {
			for _, q := range missing {
				if !slices.Contains(asked[at.link], q) {
					asked[at.link] = append(asked[at.link], q)
				}
			}
			i.asked = min(i.asked+1, 10)
			i.ask = now.Add(min(firstAsk<<(2*i.asked), longestAsk))
		}
		next = soonest(next, i.ask)
	}
	due = map[int][][]byte{}
	for link, all := range asked {
		for some := range slices.Chunk(all, mostQuestions) {
			due[link] = append(due[link], packed(some, c.known(link, some, now))...)
		}
	}
	return due, next
}

func question(name string, kind uint16) dns.Question {
	return dns.Question{Name: name, Qtype: kind, Qclass: dns.ClassINET}
}

// known are the answers to questions for instances that the cache has with half of their
// life left, so that they are not sent again (RFC 6762, section 7.1).
func (c *cache) known(link int, asked []dns.Question, now time.Time) []dns.RR {
	var all []dns.RR
	for at, i := range c.instances {
		name := i.service + "." + domain
		left := i.listed.Sub(now)
		if at.link != link || left < i.listedFor/2 || !slices.Contains(asked, question(name, dns.TypePTR)) {
			continue
		}
		all = append(all, &dns.PTR{Hdr: header(name, dns.TypePTR, 0, uint32(left/time.Second)), Ptr: i.label + "." + name})
	}
	return all
}

// packed are the messages of some questions with their known answers. Where one is not
// enough, all but the last tell that more follow (RFC 6762, section 7.2).
func packed(questions []dns.Question, known []dns.RR) [][]byte {
	var all [][]byte
	for {
		some := known[:min(len(known), mostKnown)]
		known = known[len(some):]
		message := dns.Msg{Question: questions, Answer: some, Compress: true}
		message.Truncated = len(known) > 0
		if content, err := message.Pack(); err == nil { // what was read can be written
			all = append(all, content)
		}
		if questions = nil; len(known) == 0 {
			return all
		}
	}
}

// missing are the questions for records that an instance lacks, or that fade. A web page is
// not of interest. The SRV record is asked for with the addresses: some responders tell them
// only as additional records of that. zeroconf finds no instance of its own whose name has a
// space, and tells all as additional records of the PTR record: that is asked for twice, once
// the others were asked for in vain.
func (c *cache) missing(at place, i *instance, now time.Time) (all []dns.Question) {
	if i.leaving(now) || i.txt != nil && isPage(i.service, i.txt) {
		return nil
	}
	unresolved := i.txt == nil || fades(i.resolved, i.life, now)
	unaddressed := i.host != "" && c.lacksAddress(at, i, now)
	ask := func(wanted bool, name string, kind uint16) {
		if wanted {
			all = append(all, question(name, kind))
		}
	}
	name := i.label + "." + i.service + "." + domain // as it was spelled: some responders compare names case-sensitively
	ask(unresolved || unaddressed, name, dns.TypeSRV)
	ask(unresolved, name, dns.TypeTXT)
	ask(unaddressed, i.host, dns.TypeA)
	ask(unaddressed, i.host, dns.TypeAAAA)
	unlisted := len(all) == 0 && i.listedFor > 0 && fades(i.listed, i.listedFor, now) // an answer to the others may have it
	inVain := len(all) > 0 && (i.asked == 1 || i.asked == 2)
	ask(unlisted || inVain, i.service+"."+domain, dns.TypePTR)
	return all
}

// lacksAddress tells whether an instance's host has no address, or one that fades.
func (c *cache) lacksAddress(at place, i *instance, now time.Time) bool {
	all := c.addresses(at, i)
	return len(all) == 0 || slices.ContainsFunc(all, func(a hostAddress) bool { return fades(a.until, a.life, now) })
}

// fading is when a record that expires at a time has a fifth of its life left, so that it is
// asked for again (RFC 6762, section 5.2).
func fading(until time.Time, life time.Duration) time.Time { return until.Add(-life / 5) }

func fades(until time.Time, life time.Duration, now time.Time) bool {
	return !fading(until, life).After(now)
}

// expiring is when the first record of an instance that is complete fades; zero for never.
func (c *cache) expiring(at place, i *instance, now time.Time) (first time.Time) {
	if i.leaving(now) || i.txt != nil && isPage(i.service, i.txt) {
		return first
	}
	all := []time.Time{fading(i.resolved, i.life), fading(i.listed, i.listedFor)}
	for _, a := range c.addresses(at, i) {
		all = append(all, fading(a.until, a.life))
	}
	for _, due := range all {
		if due.After(now) {
			first = soonest(first, due)
		}
	}
	return first
}

// leaving tells whether a goodbye was received.
func (i *instance) leaving(now time.Time) bool {
	return !i.listed.IsZero() && i.listed.Sub(now) <= farewell
}
