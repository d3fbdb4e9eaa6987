package discovery

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"fanlight/streaming/discovery/avahi"
)

// publication is a service that the daemon publishes.
type publication interface {
	Wait(ctx context.Context, texts <-chan []avahi.Service) error
	Close()
}

func publish(ctx context.Context, index int, name string, services []avahi.Service) (publication, error) {
	p, err := avahi.Publish(ctx, index, name, services)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// deputy has avahi-daemon announce a service. The daemon probes, defends the name and
// follows the network; the deputy finds a free name. It is for one goroutine, and has
// another one that talks with the daemon.
type deputy struct {
	publish func(ctx context.Context, index int, name string, services []avahi.Service) (publication, error)
	report  func(*Status)      // nil while it has no mission, and without a name until that is found
	refused chan *avahi.Daemon // a daemon that has failed

	now     mission
	stop    context.CancelFunc // nil while nothing is announced
	working sync.WaitGroup
	texts   chan []avahi.Service

	mu     sync.Mutex
	status Status
}

// mission is what the daemon is to announce.
type mission struct {
	daemon  *avahi.Daemon
	service Service
	label   string // for the service's name
	index   int    // of the interface; zero for all
}

// services are the mission's in the daemon's form.
func (m mission) services() []avahi.Service {
	var all []avahi.Service
	for _, k := range kinds(m.service) {
		all = append(all, avahi.Service{Type: k.service, Port: k.port, Text: k.txt})
	}
	return all
}

// differsInText reports whether two missions differ in nothing but their TXT records.
func (m mission) differsInText(other mission) bool {
	textless := func(m mission) (rest []avahi.Service) {
		for _, s := range m.services() {
			s.Text = nil
			rest = append(rest, s)
		}
		return rest
	}
	return m.daemon == other.daemon && m.label == other.label && m.index == other.index &&
		reflect.DeepEqual(textless(m), textless(other))
}

// follow takes a mission, and the interfaces that the daemon serves. Nothing is withdrawn
// that stays as it is.
func (d *deputy) follow(m mission, served []Interface) {
	if d.stop != nil && d.now.daemon == m.daemon {
		d.serve(served)
	}
	switch {
	case d.stop != nil && m == d.now:
		return
	case d.stop != nil && m.differsInText(d.now):
		d.now = m
		select { // only the newest counts
		case <-d.texts:
		default:
		}
		d.texts <- m.services()
		return
	}
	d.end()
	ctx, stop := context.WithCancel(context.Background())
	d.now, d.stop, d.texts = m, stop, make(chan []avahi.Service, 1)
	d.status = Status{Host: clean(Readable(m.daemon.Host), longestHost), Avahi: true}
	d.serve(served)
	texts := d.texts
	d.working.Go(func() { d.run(ctx, m, texts) })
}

// expect tells that a mission follows, so that the end of the other maker is not reported.
func (d *deputy) expect() {
	if d.stop == nil {
		d.report(&Status{Avahi: true})
	}
}

// serve stores the interfaces that the daemon serves.
func (d *deputy) serve(served []Interface) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status.Interfaces = nil
	for _, i := range served {
		d.status.Interfaces = append(d.status.Interfaces, i.Name)
	}
	d.tell()
}

// call stores the name that the service is announced under, empty for none.
func (d *deputy) call(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status.Name = name
	d.tell()
}

// tell reports the status. It is called with mu held.
func (d *deputy) tell() {
	now := d.status
	d.report(&now)
}

// run has the mission's service announced, under the first free name, until ctx ends or
// the daemon fails.
func (d *deputy) run(ctx context.Context, m mission, texts <-chan []avahi.Service) {
	for number := 1; ; number++ {
		if number > rivalsInARow {
			select {
			case <-time.After(rivalPause):
			case <-ctx.Done():
				return
			}
		}
		name := numbered(m.label, number)
		p, err := d.publish(ctx, m.index, name, m.services())
		if err == nil {
			d.call(name)
			err = p.Wait(ctx, texts)
			p.Close()
		}
		if ctx.Err() != nil {
			return
		}
		d.call("")
		if !errors.Is(err, avahi.ErrTaken) {
			send(ctx, d.refused, m.daemon)
			return
		}
	}
}

// end withdraws the announcement.
func (d *deputy) end() {
	if d.stop == nil {
		return
	}
	d.stop()
	d.working.Wait()
	d.stop = nil
	d.report(nil)
}
