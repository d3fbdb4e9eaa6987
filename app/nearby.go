package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"iter"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/pixels"
	"fanlight/streaming/discovery"
	"fanlight/streaming/reach"
	"fanlight/ui"
)

const (
	// How often each listed stream is looked at, how many in parallel, and how many of the
	// list at most.
	glanceEvery  = 10 * time.Second
	mostGlances  = 4
	mostLookedAt = 100
	// browseAgain is the pause before the search for streams is retried after a failure.
	browseAgain = 30 * time.Second
	// glanceWidth is the width of the pictures in the list, in pixels.
	glanceWidth = 224
	tallest     = 2 * glanceWidth // the greatest height, which bounds the memory
)

// nearby holds the streams of others. program.mu guards it.
type nearby struct {
	looking bool               // the search is running
	open    bool               // the list is shown
	streams []discovery.Stream // without our own
	port    int                // that our own has, or had last; 0 before
	more    bool               // than those
	problem string             // why the search fails
	blocked string             // why it may find nothing: a firewall
	checked time.Time          // when that was found out
	glances map[string]glance  // by URL; empty while the list is closed
	opened  chan struct{}      // of capacity 1: the list was opened, or has grown
	pause   time.Duration      // before the search is retried
}

// glance is the latest picture and state of a stream.
type glance struct {
	at      time.Time // when looking began
	off     bool
	locked  bool
	picture image.Image
}

func newNearby() nearby {
	return nearby{glances: map[string]glance{}, opened: make(chan struct{}, 1), pause: browseAgain}
}

// followStreams keeps the list of others' streams, and while it is shown their
// pictures, until ctx ends.
func (p *program) followStreams(ctx context.Context, found iter.Seq2[[]discovery.Stream, error]) {
	var looking sync.WaitGroup
	defer looking.Wait()
	looking.Go(func() { p.lookAround(ctx) })
	p.mu.Lock()
	p.nearby.looking = true
	p.mu.Unlock()
	for ctx.Err() == nil {
		for streams, err := range found {
			p.setStreams(streams, err)
		}
		select { // the loop ends when it cannot listen
		case <-time.After(p.nearby.pause):
		case <-ctx.Done():
		}
	}
}

// setStreams stores the list without this program's own stream, which must not watch itself.
func (p *program) setStreams(streams []discovery.Stream, err error) {
	id, addresses := p.settings.get().ID, ownAddresses()
	p.mu.Lock()
	defer p.mu.Unlock()
	n := &p.nearby
	before := n.problem
	n.streams, n.problem = nil, ""
	if n.more = errors.Is(err, discovery.ErrMore); err != nil && !n.more {
		n.problem = err.Error()
	}
	if n.problem != before && n.problem != "" {
		p.log.Warn("streams of others cannot be listed", "err", err)
	}
	there := map[string]bool{}
	for _, s := range streams {
		if !p.isOwn(s, id, addresses) {
			n.streams = append(n.streams, s)
			there[s.URL] = true
		}
	}
	for at := range n.glances {
		if !there[at] {
			delete(n.glances, at)
		}
	}
	n.wake()
}

// isOwn reports whether a stream is this program's, given its ID and this machine's addresses:
// it is where this program serves. A machine with a copy of this one's disk has the same ID,
// so that only helps where this machine had another address a moment ago: names on the network
// are nobody else's. It is called with mu held.
func (p *program) isOwn(s discovery.Stream, id string, addresses []netip.Addr) bool {
	if s.Port != p.nearby.port {
		return false
	}
	here := slices.ContainsFunc(s.Addresses, func(a netip.Addr) bool { return slices.Contains(addresses, a.WithZone("")) })
	return here || s.ID == id && s.Name == p.standing.Name && strings.EqualFold(s.Host, p.standing.Host)
}

// remember stores where our own stream is; it stays listed for a second once sharing has ended.
func (n *nearby) remember(listening net.Addr) {
	if at, ok := listening.(*net.TCPAddr); ok {
		n.port = at.Port
	}
}

// ownAddresses are this machine's, without zones.
func ownAddresses() (all []netip.Addr) {
	found, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range found {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil {
			all = append(all, prefix.Addr())
		}
	}
	return all
}

// wake makes lookAround look at once.
func (n *nearby) wake() {
	select {
	case n.opened <- struct{}{}:
	default:
	}
}

// ListStreams is called by the window when its list is opened and closed.
func (p *program) ListStreams(shown bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nearby.open = shown
	clear(p.nearby.glances)
	p.nearby.wake()
}

// Watch is called by the window with a stream of the list. The fingerprint of its
// certificate, which the user has seen and the address holds, is remembered: from then
// on this Fanlight is known by it (trust on first use).
func (p *program) Watch(id, passcode string) {
	p.mu.Lock()
	var found discovery.Stream
	for _, s := range p.nearby.streams {
		if s.URL == id {
			found = s
		}
	}
	p.mu.Unlock()
	switch {
	case found.URL == "":
		p.report(choiceTrouble, errGone)
	case p.isDowngraded(found):
		p.report(choiceTrouble, downgraded(found))
	default:
		p.openNamed(withPasscode(foundAddress(id), passcode), found.Name, func(drivers.Camera) {
			if found.Fingerprint != "" {
				p.report(settingsTrouble, p.settings.acceptCertificate(identities(found), found.Fingerprint))
			}
		})
	}
}

// withPasscode returns an address with a password for the driver, and no user: Fanlights
// ask for none.
func withPasscode(address, passcode string) string {
	parsed, err := url.Parse(address)
	if err != nil || passcode == "" {
		return address
	}
	parsed.User = url.UserPassword("", passcode)
	return parsed.String()
}

// lookAround looks at the streams of the list while it is shown, until ctx ends.
func (p *program) lookAround(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-p.nearby.opened:
		case <-ctx.Done():
			return
		}
		p.lookForFirewall(ctx)
		var looking sync.WaitGroup
		room := make(chan struct{}, mostGlances)
		for _, s := range p.dueGlances(time.Now()) {
			room <- struct{}{}
			looking.Go(func() {
				defer func() { <-room }()
				p.lookAt(ctx, s)
			})
		}
		looking.Wait()
	}
}

// lookForFirewall looks for one while the list is open and empty, every so often: the user may
// have run the command that was shown.
func (p *program) lookForFirewall(ctx context.Context) {
	p.mu.Lock()
	n := &p.nearby
	due := n.open && len(n.streams) == 0 && time.Since(n.checked) >= lookAgain
	p.mu.Unlock()
	if !due {
		return
	}
	err := reach.CheckDiscovery(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	n.blocked, n.checked = "", time.Now()
	if err != nil {
		n.blocked = err.Error()
	}
}

// dueGlances returns the streams to look at now, and marks them as looked at.
func (p *program) dueGlances(now time.Time) (due []discovery.Stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := &p.nearby
	if !n.open {
		return nil
	}
	for _, s := range n.streams[:min(len(n.streams), mostLookedAt)] {
		g := n.glances[s.URL]
		if !p.isDowngraded(s) && now.Sub(g.at) >= glanceEvery {
			g.at = now
			n.glances[s.URL] = g
			due = append(due, s)
		}
	}
	return due
}

// lookAt fetches and stores what a stream shows. If that fails, the old picture stays.
func (p *program) lookAt(ctx context.Context, s discovery.Stream) {
	seen, err := discovery.Look(ctx, s)
	var picture image.Image
	if err == nil && seen.JPEG != nil {
		picture, err = thumbnail(seen.JPEG)
	}
	if err != nil {
		p.log.Debug("a stream of the list shows no picture", "stream", s.Name, "err", err)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if g, listed := p.nearby.glances[s.URL]; listed {
		g.off, g.locked, g.picture = seen.State == "off", seen.Passcode, picture
		p.nearby.glances[s.URL] = g
	}
}

func thumbnail(picture []byte) (image.Image, error) {
	small, err := pixels.Shrink(picture, glanceWidth, 0)
	if err != nil {
		return nil, err
	}
	if size, err := jpeg.DecodeConfig(bytes.NewReader(small)); err != nil || size.Width > glanceWidth || size.Height > tallest {
		return nil, fmt.Errorf("a picture of %d×%d is no picture for a list (%v)", size.Width, size.Height, err)
	}
	return jpeg.Decode(bytes.NewReader(small))
}

// showNearby is called with mu held.
func (p *program) showNearby(s *ui.State) {
	n := &p.nearby
	s.Browsing, s.StreamCount, s.MoreStreams, s.StreamsProblem = n.looking, len(n.streams), n.more, n.problem
	if len(n.streams) == 0 {
		s.StreamsProblem = cmp.Or(n.problem, n.blocked)
	}
	if !n.open {
		return
	}
	chosen := streamAddress(p.chosen.ID)
	for _, found := range n.streams {
		g := n.glances[found.URL]
		one := ui.Stream{
			ID:      found.URL,
			Name:    found.Name,
			Machine: strings.TrimSuffix(found.Host, ".local"),
			Locked:  found.Passcode || g.locked,
			Off:     g.off,
			Watched: streamAddress(found.URL) == chosen,
			Picture: g.picture,
		}
		one.Downgraded = p.isDowngraded(found)
		if before := p.accepted(found); before != found.Fingerprint && found.Fingerprint != "" {
			one.Fingerprint, one.AnotherBefore = reach.InPairs(found.Fingerprint), before != ""
		}
		if found.Program != discovery.Fanlight {
			one.Program = string(found.Program)
		}
		s.Streams = append(s.Streams, one)
	}
}

// streamAddress returns the address in a network camera's ID, without user, password and
// fingerprint.
func streamAddress(cameraID string) string {
	cameraID, _, _ = strings.Cut(cameraID, "#")
	scheme, rest, _ := strings.Cut(strings.TrimPrefix(cameraID, "opencv:"), "://")
	host, path, _ := strings.Cut(rest, "/")
	return scheme + "://" + host[strings.LastIndex(host, "@")+1:] + "/" + path
}
