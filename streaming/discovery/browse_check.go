package discovery

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	mostChecks = 16 // at a time
	mostTried  = 4  // addresses of a stream in one check
)

// waits are the times that decide how soon a vanished stream is noticed.
type waits struct {
	dial    time.Duration // for an address to answer
	again   time.Duration // before a stream that did not answer is tried a second time
	first   time.Duration // the first pause between two checks; each is twice as long as the one before
	longest time.Duration
	renewed time.Duration // the least time before a lost stream is tried because it was announced again
}

// usualWaits drop a machine that vanished within 30+2·(3+3)+3 s.
var usualWaits = waits{dial: 3 * time.Second, again: 3 * time.Second, first: 5 * time.Second,
	longest: 30 * time.Second, renewed: time.Second}

// checks know which streams answer. They are for one goroutine; the checks themselves run
// in others, which send to results.
type checks struct {
	waits   waits
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	known   map[key]*health
	results chan result
	running int
	working sync.WaitGroup
}

// health is what is known about whether a stream answers.
type health struct {
	failures int          // since the last answer
	silent   []netip.Addr // addresses that did not answer when another one did
	checking bool
	checked  time.Time
	pause    time.Duration
	next     time.Time
}

type result struct {
	key     key
	answers bool         // one of the addresses does
	silent  []netip.Addr // those that were tried before it
}

func newChecks(w waits) *checks {
	return &checks{waits: w, dial: (&net.Dialer{}).DialContext, known: map[key]*health{}, results: make(chan result)}
}

// wait waits for running checks. The context of follow must have ended.
func (c *checks) wait() { c.working.Wait() }

// soon makes all checks due, because the network has changed.
func (c *checks) soon(now time.Time) {
	for _, h := range c.known {
		h.next, h.pause, h.silent = now, 0, nil
	}
}

// follow begins due checks, the longest due first, forgets streams that are gone, and
// returns when the next check is due.
func (c *checks) follow(ctx context.Context, all []*found, now time.Time) (next time.Time) {
	present := make(map[key]bool, len(all))
	var due []*found
	for _, f := range all {
		k := f.key()
		present[k] = true
		h := c.known[k]
		if h == nil {
			h = &health{next: now}
			c.known[k] = h
		}
		if h.lost() && f.heard.After(h.checked) { // it may be back
			h.next = earlier(h.next, h.checked.Add(c.waits.renewed))
		}
		switch {
		case h.checking:
		case h.next.After(now):
			next = soonest(next, h.next)
		default:
			due = append(due, f)
		}
	}
	slices.SortStableFunc(due, func(a, b *found) int { return c.known[a.key()].next.Compare(c.known[b.key()].next) })
	for _, f := range due[:min(len(due), mostChecks-c.running)] { // the others follow when these have ended
		h := c.known[f.key()]
		h.checking, h.checked = true, now
		c.begin(ctx, f.key(), h.order(f.addresses))
	}
	for k := range c.known {
		if !present[k] {
			delete(c.known, k)
		}
	}
	return next
}

func (c *checks) begin(ctx context.Context, k key, addresses []netip.Addr) {
	c.running++
	c.working.Go(func() {
		r := result{key: k}
		r.answers, r.silent = c.try(ctx, addresses, k.port)
		send(ctx, c.results, r)
	})
}

// try looks for an address that accepts a TCP connection: the first, else the best of the
// others. It also returns the addresses before that one.
func (c *checks) try(ctx context.Context, addresses []netip.Addr, port int) (ok bool, silent []netip.Addr) {
	addresses = addresses[:min(len(addresses), mostTried)]
	if c.answers(ctx, addresses[0], port) {
		return true, nil
	}
	answers := make([]bool, len(addresses))
	var trying sync.WaitGroup
	for i, a := range addresses[1:] {
		trying.Go(func() { answers[i+1] = c.answers(ctx, a, port) })
	}
	trying.Wait()
	if first := slices.Index(answers, true); first >= 0 {
		return true, addresses[:first]
	}
	return false, nil
}

func (c *checks) answers(ctx context.Context, address netip.Addr, port int) bool {
	ctx, cancel := context.WithTimeout(ctx, c.waits.dial)
	defer cancel()
	conn, err := c.dial(ctx, "tcp", net.JoinHostPort(address.String(), strconv.Itoa(port)))
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// take records the result of a check.
func (c *checks) take(r result, now time.Time) {
	c.running--
	h := c.known[r.key]
	if h == nil {
		return
	}
	h.checking = false
	h.pause = min(max(2*h.pause, c.waits.first), c.waits.longest)
	h.next = now.Add(h.pause)
	if r.answers {
		h.failures, h.silent = 0, append(h.silent, r.silent...)
		return
	}
	h.silent = nil
	h.failures++
	if !h.lost() {
		h.next = now.Add(c.waits.again)
	}
}

// lost tells whether two or more checks in a row have failed.
func (h *health) lost() bool { return h.failures > 1 }

// order moves addresses that are known not to answer to the end.
func (h *health) order(addresses []netip.Addr) []netip.Addr {
	h.silent = slices.DeleteFunc(h.silent, func(a netip.Addr) bool { return !slices.Contains(addresses, a) })
	var first, last []netip.Addr
	for _, a := range addresses {
		if slices.Contains(h.silent, a) {
			last = append(last, a)
		} else {
			first = append(first, a)
		}
	}
	return append(first, last...)
}

// verdict returns the stream as it is listed, and whether it is. A new one is, until it is
// known not to answer.
func (c *checks) verdict(f *found) (Stream, bool) {
	h := c.known[f.key()]
	return f.reachedAt(h.order(f.addresses)), !h.lost()
}
