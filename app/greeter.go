package main

import (
	"cmp"
	"context"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"fanlight/app/session"
	"fanlight/streaming/web"
)

const (
	// lookForNew is how often new viewers are looked for.
	lookForNew = time.Second
	// quietTime is the least time between two notifications: a burst of viewers makes one
	// at its beginning and one of all the others.
	quietTime = 30 * time.Second
	// settleTime is how long somebody must watch to count: until then their machine's name
	// is looked up, and programs that only try an address are gone.
	settleTime = 2 * time.Second
	// mostSeen bounds what is kept of those who have left, for some change their address.
	mostSeen = 1024
	// forgetAfter is how long somebody must have been away to be new again.
	forgetAfter = time.Hour
)

// greeter finds out who newly watches. It is for one goroutine.
type greeter struct {
	ours func(netip.Addr) bool    // reports whether an address is this machine's
	seen map[netip.Addr]time.Time // when those who have watched lately were last seen
	who  map[netip.Addr]string    // the names of those who are new, and not told of yet
	told time.Time
}

func newGreeter(ours func(netip.Addr) bool) *greeter {
	return &greeter{ours: ours, seen: map[netip.Addr]time.Time{}, who: map[netip.Addr]string{}}
}

// greet returns words for a notification, or nothing.
func (g *greeter) greet(now time.Time, watching []web.Viewer) string {
	maps.DeleteFunc(g.seen, func(_ netip.Addr, last time.Time) bool {
		return now.Sub(last) > forgetAfter || len(g.seen) > mostSeen
	})
	for _, v := range watching {
		if _, known := g.seen[v.Address]; !known {
			if now.Sub(v.Since) < settleTime {
				continue
			}
			if !g.ours(v.Address) && len(g.who) < mostSeen {
				g.who[v.Address] = cmp.Or(v.Name, v.Address.String())
			}
		}
		g.seen[v.Address] = now
	}
	if len(g.who) == 0 || !g.told.IsZero() && now.Sub(g.told) < quietTime {
		return ""
	}
	words := greeting(slices.Sorted(maps.Values(g.who)))
	clear(g.who)
	g.told = now
	return words
}

// greeting says who watches; it names two at most.
func greeting(who []string) string {
	switch len(who) {
	case 1:
		return who[0] + " is watching"
	case 2:
		return who[0] + " and " + who[1] + " are watching"
	default:
		return who[0] + " and " + strconv.Itoa(len(who)-1) + " others are watching"
	}
}

// reachedHere reports whether an address is this machine's own.
func reachedHere(address netip.Addr) bool {
	if address.IsLoopback() {
		return true
	}
	own, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(own, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr() == address.Unmap().WithZone("")
	})
}

// greetViewers notifies the user of new viewers, until ctx ends.
func (p *program) greetViewers(ctx context.Context, notify func(title, text string)) {
	g := newGreeter(reachedHere)
	tick := time.NewTicker(lookForNew)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		words := g.greet(time.Now(), p.stream.Watching())
		// The name is in the title, which desktops show as it is: in the text they take
		// it for markup.
		if words != "" && !p.settings.get().Quiet && session.HasBus(ctx) {
			notify(words, p.name())
		}
	}
}
