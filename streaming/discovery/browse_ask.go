package discovery

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/grandcat/zeroconf"
	"github.com/miekg/dns"
)

const (
	// The question for all instances is repeated after these pauses, each twice as long
	// as the one before (RFC 6762, section 5.2). The longest gives a record that lasts
	// two minutes three chances to be renewed.
	firstRound, longestRound = time.Second, 40 * time.Second
	// asking is how long one of zeroconf's browsers runs: it asks when it starts.
	asking = 100 * time.Millisecond

	// Missing records of an instance are asked for after these pauses.
	firstAsk, longestAsk = 100 * time.Millisecond, time.Minute
	mostQuestions        = 20 // in one message
)

// browseOn asks for all instances of the services on the interfaces. The browser's wire
// receives the answers; zeroconf's own results are discarded.
func browseOn(ctx context.Context, interfaces []net.Interface) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	var browsing sync.WaitGroup
	defer browsing.Wait()
	for _, family := range []zeroconf.IPType{zeroconf.IPv4, zeroconf.IPv6} {
		// One fails where no interface has addresses of the family.
		resolver, err := zeroconf.NewResolver(zeroconf.SelectIPTraffic(family), zeroconf.SelectIfaces(interfaces))
		if err != nil {
			continue
		}
		for _, service := range services {
			entries := make(chan *zeroconf.ServiceEntry)
			// It closes entries once ctx has ended, also where it fails.
			_ = resolver.Browse(ctx, service, "local.", entries)
			browsing.Go(func() {
				for range entries {
				}
			})
		}
	}
}

// questions returns messages that ask for missing records, by link, and when the next
// ones are due.
func (c *cache) questions(now time.Time) (due map[int][][]byte, next time.Time) {
	asked := map[int][]dns.Question{}
	for at, i := range c.instances {
		missing := c.missing(at, i, now)
		if len(missing) == 0 {
			i.asked, i.ask = 0, time.Time{}
			continue
		}
		if i.ask.IsZero() { // the other records may follow
			i.ask = now.Add(firstAsk)
		}
		if !i.ask.After(now) {
			asked[at.link] = append(asked[at.link], missing...)
			i.asked = min(i.asked+1, 10)
			i.ask = now.Add(min(firstAsk<<(2*i.asked), longestAsk))
		}
		next = soonest(next, i.ask)
	}
	due = map[int][][]byte{}
	for link, all := range asked {
		for some := range slices.Chunk(all, mostQuestions) {
			message := dns.Msg{Question: some}
			if packed, err := message.Pack(); err == nil { // what was read can be written
				due[link] = append(due[link], packed)
			}
		}
	}
	return due, next
}

// missing are the questions for records that an instance lacks, or that expire soon.
func (c *cache) missing(at place, i *instance, now time.Time) []dns.Question {
	ask := func(name string, kinds ...uint16) (all []dns.Question) {
		for _, kind := range kinds {
			all = append(all, dns.Question{Name: name, Qtype: kind, Qclass: dns.ClassINET})
		}
		return all
	}
	switch {
	case i.leaving(now):
		return nil
	case i.txt == nil || i.resolved.Sub(now) < i.life/5:
		return ask(at.name, dns.TypeSRV, dns.TypeTXT)
	case len(c.addresses(at, i)) == 0:
		return ask(i.host, dns.TypeA, dns.TypeAAAA)
	}
	return nil
}

// leaving tells whether a goodbye was received.
func (i *instance) leaving(now time.Time) bool {
	return !i.listed.IsZero() && i.listed.Sub(now) <= farewell
}

// askInRounds asks for all instances each time the interfaces change, and then in rounds
// with growing pauses.
func askInRounds(ctx context.Context, changed <-chan []net.Interface) {
	var interfaces []net.Interface
	pause := firstRound
	next := time.NewTimer(time.Hour)
	defer next.Stop()
	for {
		select {
		case interfaces = <-changed:
			pause = firstRound
		case <-next.C:
			pause = min(2*pause, longestRound)
		case <-ctx.Done():
			return
		}
		if len(interfaces) > 0 {
			browseOn(ctx, interfaces)
		}
		next.Reset(pause)
	}
}
