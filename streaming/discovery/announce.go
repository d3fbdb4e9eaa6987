// Package discovery announces the stream on the local network, so that people
// find the camera by its name, and finds the streams of others: DNS-SD (RFC 6763)
// over multicast DNS (RFC 6762), through github.com/grandcat/zeroconf.
//
// zeroconf v1.0.0 asks, answers questions and says goodbye. What it lacks is around it:
// Networks follows the network, speaker finds a free name, keeps it or gives way, and
// answers for the machine's name where nobody else does, wire hears and says what
// zeroconf does not. To find others, cache keeps what the wire hears, and checks drop
// who no longer answers.
//
// Known limits of zeroconf that remain:
//
//   - It answers with a time to live of 3200 s, which cannot be changed without a
//     data race; the speaker's answers, of 120 s, follow each of its own. What it
//     answers to one machine alone is followed by an answer to all.
//   - Its sockets share UDP port 5353 with avahi-daemon's, and the system hands
//     what is sent to this machine alone to one of them. A question for a name
//     that is sent so is not answered while the stream is announced.
//   - It counts an answer as known to the asker only where that has 1600 s left (RFC
//     6762, section 7.1), which ours never have: so the speaker, which must speak last,
//     answers as well.
//   - It compares the names in questions with regard to their case.
package discovery

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/grandcat/zeroconf"
	"golang.org/x/time/rate"
)

// Service is what is announced.
type Service struct {
	// Name is the instance name that people see, in any script. It is cut to the
	// 63 bytes that a DNS label holds.
	Name string
	// Port is the HTTP server's, TCP.
	Port int
	// ID is kept per installation, so that a program knows the camera again after
	// it was renamed or moved.
	ID string
	// Listen is the address that the server listens on. The zero value and the
	// unspecified addresses stand for all interfaces; another one restricts the
	// announcement to the interface that has it.
	Listen netip.Addr
	// Passcode: viewers need one.
	Passcode bool
	// Fingerprint is the SHA-256 of the server's certificate, 64 hexadecimal digits in
	// lower case; empty where it speaks HTTP.
	Fingerprint string
}

// Status is how an announcement stands.
type Status struct {
	// Name is what the service is announced as: its own name, or "Name (2)" where
	// another machine had it first. It is empty while the service is not announced.
	Name string
	// Host is this machine's name as it is announced, "lamp.local".
	Host string
	// Interfaces are the names of those on which it is announced. Without any, and
	// without Err, this machine is on no network yet: the service is announced once
	// it is.
	Interfaces []string
	// Err is why the service is not announced though there is a network. It is tried
	// again by itself.
	Err error
}

// Announcement is a Service on the network, from Announce to Close. It follows the
// network: interfaces and addresses that come and go. Its methods may be called
// from any goroutine.
type Announcement struct {
	updates chan update
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	working sync.WaitGroup
}

type update struct {
	service Service
	label   string
}

// Announce makes the service known as _http._tcp, or _https._tcp, for people and
// generic browsers, and as _mjpeg._tcp, for programs that look for cameras. It returns at once; how
// the announcement stands is told to changed, from a goroutine of its own, which
// must not call back. That this machine is on no network is not an error.
func Announce(s Service, changed func(Status)) (*Announcement, error) {
	open := func(interfaces []Interface) (port, error) {
		w, err := openWire()
		if err != nil {
			return nil, fmt.Errorf("cannot announce the stream; %w", err)
		}
		joined := false
		for _, i := range interfaces {
			joined = w.join(&i.Interface) || joined
		}
		if !joined {
			w.close()
			return nil, errors.New("cannot announce the stream: no network takes part in multicast; connect this computer to another one")
		}
		return w, nil
	}
	return announce(s, medium{open: open, register: register}, Networks, changed)
}

func announce(s Service, m medium, networks func(context.Context) iter.Seq[Network], changed func(Status)) (*Announcement, error) {
	label, err := s.check()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	a := &Announcement{updates: make(chan update), ctx: ctx, cancel: cancel}
	came := make(chan Network)
	a.working.Go(func() {
		for n := range networks(ctx) {
			send(ctx, came, n)
		}
	})
	speaker := &speaker{
		medium:  m,
		report:  onlyChanges(changed),
		service: s,
		label:   label,
		agenda:  agenda{},
		said:    map[int]time.Time{},
		once:    rate.NewLimiter(mostOnce, onceAtOnce),
	}
	a.working.Go(func() { a.run(speaker, came) })
	return a, nil
}

// check returns the label for the service's name.
func (s Service) check() (label string, err error) {
	if s.Port < 1 || s.Port > 65535 {
		return "", fmt.Errorf("cannot announce a stream on port %d: it must be from 1 to 65535", s.Port)
	}
	return instanceLabel(s.Name)
}

// onlyChanges calls changed for what differs from the time before.
func onlyChanges(changed func(Status)) func(Status) {
	var told *Status
	return func(s Status) {
		if told == nil || !reflect.DeepEqual(*told, s) {
			told = &s
			changed(s)
		}
	}
}

func (a *Announcement) run(s *speaker, networks <-chan Network) {
	defer s.end()
	for {
		var heard <-chan packet
		if s.port != nil {
			heard = s.port.heard()
		}
		select {
		case n := <-networks:
			s.join(n)
		case u := <-a.updates:
			s.serve(u.service, u.label)
		case p := <-heard:
			s.hear(p)
		case <-time.After(time.Until(s.agenda.next(time.Now()))):
		case <-a.ctx.Done():
			return
		}
		s.work()
	}
}

// Update changes what is announced. After Close it does nothing.
func (a *Announcement) Update(s Service) error {
	label, err := s.check()
	if err != nil {
		return err
	}
	select {
	case a.updates <- update{s, label}:
	case <-a.ctx.Done():
	}
	return nil
}

// Close takes the announcement back: caches on the network drop it at once.
// Further calls do nothing. zeroconf's announcing goroutine ends by itself
// within four seconds of the last registration; it sends nothing after Close.
func (a *Announcement) Close() {
	a.cancel()
	a.working.Wait()
}

// register hands the names to zeroconf. Without addresses of our own it gives each
// asker those of the interface that the question came in on, and no others.
func register(n identity, interfaces []Interface) (withdraw func(), err error) {
	var plain []net.Interface
	for _, i := range interfaces {
		plain = append(plain, i.Interface)
	}
	var servers []*zeroconf.Server
	withdraw = func() {
		for _, server := range servers {
			server.Shutdown()
		}
	}
	for _, k := range kinds(n.service) {
		server, err := zeroconf.RegisterProxy(escape(n.instance), k.service, domain, n.service.Port, escape(n.host), nil, k.txt, plain)
		if err != nil {
			withdraw()
			return nil, fmt.Errorf("cannot announce the stream; is UDP port 5353 taken by a program that does not share it?: %w", err)
		}
		servers = append(servers, server)
	}
	return withdraw, nil
}

// hostLabel is the machine's own name without a domain.
func hostLabel() string {
	name, err := os.Hostname()
	label, _, _ := strings.Cut(name, ".")
	if err != nil || label == "" || label == "localhost" { // which names no machine in particular
		return "fanlight"
	}
	return cut(label, maxLabel)
}
