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

	"fanlight/streaming/discovery/avahi"
)

// Service is what is announced.
type Service struct {
	// Name is the instance name that people see, in any script. It is cut to the
	// 63 bytes that a DNS label holds.
	Name string
	// Port is the HTTP server's, TCP, and RTSPPort the RTSP server's; zero for none.
	Port, RTSPPort int
	// ID identifies the installation, so that others recognize the camera after it
	// was renamed or moved.
	ID string
	// Listen is the address that the server listens on. The zero value and the
	// unspecified addresses stand for all interfaces; another one restricts the
	// announcement to the interface that has it.
	Listen netip.Addr
	// Passcode tells that viewers need one.
	Passcode bool
	// Fingerprint is the SHA-256 of the server's certificate, 64 hexadecimal digits in
	// lower case; empty where it speaks HTTP.
	Fingerprint string
}

// Status is how an announcement stands.
type Status struct {
	// Name is the name that the service is announced under: its own, or "Name (2)" if
	// another machine had that first. It is empty while the service is not announced.
	Name string
	// Host is this machine's name as it is announced, "lamp.local".
	Host string
	// Interfaces are the names of those on which it is announced. Without any, and
	// without Err, this machine is on no network yet: the service is announced once
	// it is.
	Interfaces []string
	// Avahi tells that avahi-daemon announces it, on all those interfaces that the daemon
	// serves.
	Avahi bool
	// Err is why the service is not announced although there is a network. Announcing
	// is retried.
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

// Announce announces the service as _http._tcp, or _https._tcp, for people and generic
// browsers, as _mjpeg._tcp, for programs that look for cameras, and as _rtsp._tcp, for
// recorders and players, if it is there. It returns at once.
// It calls changed with each new status, in a goroutine of its own; changed must not
// call the Announcement. Being on no network is not an error.
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
	return announce(s, medium{open: open, register: register, publish: publish}, Networks, avahi.Watch, changed)
}

func announce(s Service, m medium, networks func(context.Context) iter.Seq[Network],
	daemons func(context.Context) iter.Seq[*avahi.Daemon], changed func(Status)) (*Announcement, error) {
	label, err := s.check()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	a := &Announcement{updates: make(chan update), ctx: ctx, cancel: cancel}
	came, daemon := make(chan Network), make(chan *avahi.Daemon)
	a.working.Go(func() {
		for n := range networks(ctx) {
			send(ctx, came, n)
		}
	})
	a.working.Go(func() {
		for d := range daemons(ctx) {
			send(ctx, daemon, d)
		}
	})
	stands := &standing{changed: onlyChanges(changed)}
	deputy := &deputy{publish: m.publish, report: stands.deputy, refused: make(chan *avahi.Daemon, 1)}
	speaker := &speaker{
		medium:  m,
		report:  stands.speaker,
		service: s,
		label:   label,
		agenda:  agenda{},
		said:    map[int]time.Time{},
		once:    rate.NewLimiter(mostOnce, onceAtOnce),
	}
	makers := &makers{speaker: speaker, deputy: deputy}
	a.working.Go(func() { a.run(makers, came, daemon) })
	return a, nil
}

// check returns the label for the service's name.
func (s Service) check() (label string, err error) {
	if s.Port < 1 || s.Port > 65535 {
		return "", fmt.Errorf("cannot announce a stream on port %d: it must be from 1 to 65535", s.Port)
	}
	return instanceLabel(s.Name)
}

// onlyChanges returns a function that calls changed for a status that differs from the
// one before.
func onlyChanges(changed func(Status)) func(Status) {
	var told *Status
	return func(s Status) {
		if told == nil || !reflect.DeepEqual(*told, s) {
			told = &s
			changed(s)
		}
	}
}

func (a *Announcement) run(m *makers, networks <-chan Network, daemons <-chan *avahi.Daemon) {
	defer m.end()
	for {
		var heard <-chan packet
		if m.speaker.port != nil {
			heard = m.speaker.port.heard()
		}
		select {
		case n := <-networks:
			m.join(n)
		case d := <-daemons:
			m.appoint(d)
		case d := <-m.deputy.refused:
			m.dismiss(d)
		case u := <-a.updates:
			m.serve(u.service, u.label)
		case p := <-heard:
			m.speaker.hear(p)
		case <-time.After(time.Until(m.speaker.agenda.next(time.Now()))):
		case <-a.ctx.Done():
			return
		}
		m.speaker.work()
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

// Close withdraws the announcement: caches on the network drop it at once.
// Further calls do nothing. zeroconf's announcing goroutine ends by itself
// within four seconds of the last registration; it sends nothing after Close.
func (a *Announcement) Close() {
	a.cancel()
	a.working.Wait()
}

// register registers the names with zeroconf, unless the speaker answers alone. It passes no
// addresses: then zeroconf answers with those of the interface that the question came in on.
func register(n identity, interfaces []Interface) (withdraw func(), err error) {
	if alone(interfaces) {
		return func() {}, nil
	}
	var plain []net.Interface
	for _, i := range unasked(interfaces) {
		plain = append(plain, i.Interface)
	}
	var servers []*zeroconf.Server
	withdraw = func() {
		for _, server := range servers {
			server.Shutdown()
		}
	}
	for _, k := range kinds(n.service) {
		server, err := zeroconf.RegisterProxy(escape(n.instance), k.service, domain, k.port, escape(n.host), nil, k.txt, plain)
		if err != nil {
			withdraw()
			return nil, fmt.Errorf("cannot announce the stream; is UDP port 5353 taken by a program that does not share it?: %w", err)
		}
		servers = append(servers, server)
	}
	return withdraw, nil
}

// hostLabel is this machine's host name without a domain.
func hostLabel() string {
	name, err := os.Hostname()
	label, _, _ := strings.Cut(name, ".")
	if err != nil || label == "" || label == "localhost" { // localhost names no machine in particular
		return "fanlight"
	}
	return cut(label, maxLabel)
}
