package discovery

import (
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

const (
	mostAddresses = 8   // of a host
	longestTXT    = 255 // bytes of a string, as on the wire
	// textPatience is how long after the SRV record of an instance its TXT record may come;
	// then it has none.
	textPatience = 2 * time.Second

	// longestLife bounds the time to live of a record. It is the longest that RFC 6762,
	// section 10, recommends.
	longestLife = 75 * time.Minute
	// forever is the life of a record that stays until a goodbye.
	forever = 100 * 365 * 24 * time.Hour
	// farewell is how long a record lives after its goodbye, in which another machine
	// that has it too may announce it (RFC 6762, section 10.1).
	farewell = time.Second
)

// cache holds received records until they expire, by link: a name may mean another
// machine on another link. It is for one goroutine.
type cache struct {
	links     map[int]link // by index
	instances map[place]*instance
	seats     *seats[place] // for those
	hosts     map[place]*host
	rounds    map[int]*round // by index of the link
}

// place is a name on a link, in presentation form and lower case.
type place struct {
	link int
	name string
}

// instance is an instance of a service.
type instance struct {
	label   string // the instance's, in presentation form
	service string // "_mjpeg._tcp"

	listed    time.Time     // when its PTR record expires
	listedFor time.Duration // the life of that
	resolved  time.Time     // when its SRV record expires
	life      time.Duration
	host      string // a name in presentation form
	port      uint16
	txt       []string      // nil if none was received
	since     time.Time     // when the first SRV record was received
	heard     time.Time     // when the last one was
	senders   [2]netip.Addr // of host and port, over IPv4 and IPv6

	asked int // number of questions for missing records since it was last complete
	ask   time.Time
}

// host holds the addresses of a machine, the latest first.
type host struct{ addresses []hostAddress }

type hostAddress struct {
	address netip.Addr
	heard   time.Time // zero once it was taken back
	until   time.Time
	life    time.Duration
}

func newCache() *cache {
	return &cache{links: map[int]link{}, instances: map[place]*instance{}, seats: newSeats[place](), hosts: map[place]*host{}, rounds: map[int]*round{}}
}

// follow takes the present links, and drops records of those that are gone. Where a link is
// new or has changed, and everywhere if nothing has, since then the machine has slept, the
// question for all instances is asked anew.
func (c *cache) follow(links []link, now time.Time) {
	before := maps.Clone(c.links)
	clear(c.links)
	for _, l := range links {
		c.links[l.index] = l
	}
	slept := reflect.DeepEqual(before, c.links)
	for index, l := range c.links {
		if slept || !reflect.DeepEqual(before[index], l) {
			c.rounds[index] = firstRoundAt(now)
		}
	}
	maps.DeleteFunc(c.rounds, func(index int, _ *round) bool { _, ok := c.links[index]; return !ok })
	for at := range c.instances {
		if _, ok := c.links[at.link]; !ok {
			c.drop(at)
		}
	}
	for at := range c.hosts {
		if _, ok := c.links[at.link]; !ok {
			delete(c.hosts, at)
		}
	}
}

// hear stores the records of a packet.
func (c *cache) hear(p reply, now time.Time) {
	if p.link == 0 {
		p.link = c.linkOf(p.from)
	}
	if _, known := c.links[p.link]; !known {
		return
	}
	for _, record := range p.records {
		header := record.Header()
		at := place{p.link, strings.ToLower(header.Name)}
		life := p.life(header.Ttl)
		switch r := record.(type) {
		case *dns.PTR:
			c.hearPointer(at, r, life, p, now)
		case *dns.SRV:
			c.hearService(at, r, life, p, now)
		case *dns.TXT:
			c.hearText(at, r, life)
		case *dns.A, *dns.AAAA:
			if address, ok := addressOf(record); ok && (!c.isOwn(address) || p.own || c.isOwn(p.from)) {
				c.hearAddress(at, address, life, header.Class&flush != 0, now)
			}
		}
	}
}

// life is how long to keep a record with a time to live.
func (p reply) life(ttl uint32) time.Duration {
	switch {
	case p.kept && ttl > 0:
		return forever
	default:
		return min(time.Duration(ttl)*time.Second, longestLife)
	}
}

// parting is when a record ends after its goodbye. Who keeps records has waited already.
func (p reply) parting(now time.Time) time.Time {
	if p.kept {
		return now
	}
	return now.Add(farewell)
}

// release lets records that would be kept expire: who would tell of their end is gone.
func (c *cache) release(now time.Time) {
	until := now.Add(timeToLive * time.Second)
	for _, i := range c.instances {
		i.listed, i.resolved = earlier(i.listed, until), earlier(i.resolved, until)
		i.life = min(i.life, timeToLive*time.Second)
	}
	for _, h := range c.hosts {
		for n := range h.addresses {
			a := &h.addresses[n]
			a.until, a.life = earlier(a.until, until), min(a.life, timeToLive*time.Second)
		}
	}
}

func (c *cache) hearPointer(at place, r *dns.PTR, life time.Duration, p reply, now time.Time) {
	i := c.instance(place{at.link, strings.ToLower(r.Ptr)}, r.Ptr, life, p.from)
	if i == nil || i.service+"."+domain != at.name {
		return
	}
	if life == 0 {
		i.listed, i.resolved = earlier(i.listed, p.parting(now)), earlier(i.resolved, p.parting(now))
		return
	}
	i.listed, i.listedFor = now.Add(life), life
}

func (c *cache) hearService(at place, r *dns.SRV, life time.Duration, p reply, now time.Time) {
	from := p.from
	i := c.instance(at, r.Hdr.Name, life, from)
	if i == nil {
		return
	}
	if life == 0 {
		i.resolved = earlier(i.resolved, p.parting(now))
		return
	}
	i.host, i.port = r.Target, r.Port
	if i.since.IsZero() {
		i.since = now
	}
	if !from.IsValid() && !c.seats.own(at, strings.ToLower(r.Target)) { // the sender is not known
		c.drop(at)
		return
	}
	i.resolved, i.life, i.heard = now.Add(life), life, now
	i.senders[family(from)] = from.WithZone("")
	if target := (place{at.link, strings.ToLower(r.Target)}); c.hosts[target] == nil {
		c.hosts[target] = &host{}
	}
}

// sentFrom tells whether an address is one that the instance was announced from.
func (i *instance) sentFrom(address netip.Addr) bool { return i.senders[family(address)] == address }

func family(address netip.Addr) int {
	if address.Is4() {
		return 0
	}
	return 1
}

func (c *cache) hearText(at place, r *dns.TXT, life time.Duration) {
	i := c.instances[at]
	if i == nil || life == 0 {
		return
	}
	i.txt = textsOf(r)
	c.seats.rest(at, isPage(i.service, i.txt))
}

// isRead tells whether all that is needed of an instance's records was received, or is not
// to come.
func (i *instance) isRead(now time.Time) bool {
	return i.txt != nil || !now.Before(i.since.Add(textPatience))
}

// hearAddress stores an address record, if its host has a service.
func (c *cache) hearAddress(at place, address netip.Addr, life time.Duration, replaces bool, now time.Time) {
	h := c.hosts[at]
	if h == nil || !c.links[at.link].reaches(address) {
		return
	}
	known := slices.IndexFunc(h.addresses, func(a hostAddress) bool { return a.address == address })
	if life == 0 {
		// If one of two programs on a machine ends, the other may not announce the
		// address again: it is kept, to be tried last.
		if known >= 0 {
			left := h.addresses[known]
			left.heard = time.Time{}
			h.addresses = append(slices.Delete(h.addresses, known, known+1), left)
		}
		return
	}
	if known >= 0 {
		h.addresses = slices.Delete(h.addresses, known, known+1)
	}
	if replaces { // all of a host's addresses come within a second
		h.addresses = slices.DeleteFunc(h.addresses, func(a hostAddress) bool {
			return now.Sub(a.heard) > time.Second && a.address.Is4() == address.Is4()
		})
	}
	h.addresses = slices.Insert(h.addresses, 0, hostAddress{address, now, now.Add(life), life})
	h.addresses = h.addresses[:min(len(h.addresses), mostAddresses)]
}

// instance returns the instance with a name. It adds one if the service is one of those
// looked for, the record is no goodbye, and there is room.
func (c *cache) instance(at place, name string, life time.Duration, from netip.Addr) *instance {
	if i := c.instances[at]; i != nil {
		return i
	}
	label, service, ok := splitInstance(name)
	if !ok || life == 0 || !slices.Contains(services, service) {
		return nil
	}
	owner := ""
	if from.IsValid() {
		owner = from.String()
	}
	out, replaced, ok := c.seats.admit(at, owner)
	if !ok {
		return nil
	}
	if replaced {
		c.drop(out)
	}
	i := &instance{label: label, service: service}
	c.instances[at] = i
	return i
}

func (c *cache) drop(at place) {
	delete(c.instances, at)
	c.seats.leave(at)
}

// sweep drops expired records, and returns when the next ones expire.
func (c *cache) sweep(now time.Time) (next time.Time) {
	targets := map[place]bool{}
	for at, i := range c.instances {
		if !i.listed.After(now) && !i.resolved.After(now) {
			c.drop(at)
			continue
		}
		for _, until := range []time.Time{i.listed, i.resolved, i.since.Add(textPatience)} {
			if until.After(now) {
				next = soonest(next, until)
			}
		}
		if i.host != "" {
			targets[place{at.link, strings.ToLower(i.host)}] = true
		}
	}
	for at, h := range c.hosts {
		if !targets[at] {
			delete(c.hosts, at)
			continue
		}
		h.addresses = slices.DeleteFunc(h.addresses, func(a hostAddress) bool { return !a.until.After(now) })
		for _, a := range h.addresses {
			next = soonest(next, a.until)
		}
	}
	return next
}

// addresses are those of an instance's host, the latest first.
func (c *cache) addresses(at place, i *instance) []hostAddress {
	if h := c.hosts[place{at.link, strings.ToLower(i.host)}]; h != nil {
		return h.addresses
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// soonest returns the earlier of two times. The zero time stands for never.
func soonest(a, b time.Time) time.Time {
	switch {
	case a.IsZero():
		return b
	case b.IsZero():
		return a
	}
	return earlier(a, b)
}
