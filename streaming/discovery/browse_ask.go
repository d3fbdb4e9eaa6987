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
			next = soonest(next, i.expiring(now))
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

// missing are the questions for records that an instance lacks, or that expire soon. A web
// page is not of interest.
func (c *cache) missing(at place, i *instance, now time.Time) []dns.Question {
	ask := func(name string, kinds ...uint16) (all []dns.Question) {
		for _, kind := range kinds {
			all = append(all, question(name, kind))
		}
		return all
	}
	switch {
	case i.leaving(now) || i.txt != nil && isPage(i.service, i.txt):
		return nil
	case i.txt == nil || i.resolved.Sub(now) <= i.life/5:
		// As it was spelled: some responders compare names case-sensitively.
		return ask(i.label+"."+i.service+"."+domain, dns.TypeSRV, dns.TypeTXT)
	case i.listedFor > 0 && i.listed.Sub(now) <= i.listedFor/5:
		return ask(i.service+"."+domain, dns.TypePTR)
	case len(c.addresses(at, i)) == 0:
		return ask(i.host, dns.TypeA, dns.TypeAAAA)
	}
	return nil
}

// expiring is when an instance that is complete has a fifth of its life left, so that its
// records are asked for again; zero for never.
func (i *instance) expiring(now time.Time) (at time.Time) {
	if i.leaving(now) || i.txt != nil && isPage(i.service, i.txt) {
		return at
	}
	for _, due := range []time.Time{i.resolved.Add(-i.life / 5), i.listed.Add(-i.listedFor / 5)} {
		if due.After(now) {
			at = soonest(at, due)
		}
	}
	return at
}

// leaving tells whether a goodbye was received.
func (i *instance) leaving(now time.Time) bool {
	return !i.listed.IsZero() && i.listed.Sub(now) <= farewell
}
