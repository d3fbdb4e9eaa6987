package avahi

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// Service is a service to publish.
type Service struct {
	Type string // "_http._tcp"
	Port int    // TCP
	Text []string
}

// ErrTaken is the error if another machine, or another program on this one, has the name.
var ErrTaken = errors.New("the name is taken")

// States of an entry group (AVAHI_ENTRY_GROUP_...).
const (
	established = 2
	collision   = 3
	failure     = 4
	never       = -1 // none of them
)

// Publication is what the daemon publishes, until Close. It is for one goroutine.
type Publication struct {
	client *client
	path   dbus.ObjectPath
	index  int    // of the interface
	name   string // of all services
}

// Publish has the daemon publish services under one name on an interface, or on all
// those that it serves if index is zero; it follows their addresses by itself. It
// returns once the daemon has probed for the name and others may find them.
func Publish(ctx context.Context, index int, name string, services []Service) (*Publication, error) {
	// The connection outlives ctx, so that Close can take back what is published.
	c, err := dialDaemon(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	p := &Publication{client: c, index: index, name: name}
	if err := p.add(ctx, services); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

const (
	noFlags  = uint32(0)
	domain   = "local"
	thisHost = ""
)

func (p *Publication) add(ctx context.Context, services []Service) error {
	if err := p.client.call(ctx, "/", server+".EntryGroupNew", nil, &p.path); err != nil {
		return fmt.Errorf("avahi-daemon publishes nothing for programs: %w", err)
	}
	for _, s := range services {
		err := p.client.call(ctx, p.path, group+".AddService",
			[]any{on(p.index), anyProtocol, noFlags, p.name, s.Type, domain, thisHost, uint16(s.Port), s.text()})
		if err != nil {
			return refused(err)
		}
	}
	if err := p.client.call(ctx, p.path, group+".Commit", nil); err != nil {
		return refused(err)
	}
	return p.wait(ctx, established, nil)
}

// update changes the TXT records.
func (p *Publication) update(ctx context.Context, services []Service) error {
	for _, s := range services {
		err := p.client.call(ctx, p.path, group+".UpdateServiceTxt",
			[]any{on(p.index), anyProtocol, noFlags, p.name, s.Type, domain, s.text()})
		if err != nil {
			return refused(err)
		}
	}
	return nil
}

// text is a TXT record as the daemon takes it.
func (s Service) text() [][]byte {
	var all [][]byte
	for _, text := range s.Text {
		all = append(all, []byte(text))
	}
	return all
}

// on is an interface as the daemon counts them.
func on(index int) int32 {
	if index == 0 {
		return anyInterface
	}
	return int32(index)
}

func refused(err error) error {
	var reply dbus.Error
	if errors.As(err, &reply) && reply.Name == busName+".CollisionError" {
		return ErrTaken
	}
	return fmt.Errorf("avahi-daemon does not publish the stream: %w", err)
}

// Wait returns why the daemon no longer publishes: ErrTaken if the name was lost to another
// machine, else an error for the daemon's failure, or for the end of ctx. Until
// then it changes the text of the services to what comes on texts.
func (p *Publication) Wait(ctx context.Context, texts <-chan []Service) error {
	return p.wait(ctx, never, texts)
}

// wait waits until the group is in a state, or is no longer published.
func (p *Publication) wait(ctx context.Context, state int32, texts <-chan []Service) error {
	for {
		select {
		case services := <-texts:
			if err := p.update(ctx, services); err != nil {
				return err
			}
		case s, ok := <-p.client.signals:
			switch {
			case !ok:
				return errNotRunning
			case !p.client.fromDaemon(s) || s.Path != p.path || s.Name != group+".StateChanged":
				continue
			}
			switch now := stateOf(s); now {
			case state:
				return nil
			case collision:
				return ErrTaken
			case failure:
				return errors.New("avahi-daemon has failed to publish the stream")
			}
		case <-p.client.ended():
			return errNotRunning
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stateOf reads a StateChanged signal: a state, and the text of an error.
func stateOf(s *dbus.Signal) int32 {
	if len(s.Body) > 0 {
		if state, ok := s.Body[0].(int32); ok {
			return state
		}
	}
	return never
}

// Close takes back what is published: others drop it at once.
func (p *Publication) Close() {
	if p.path != "" {
		// Freed before the connection ends, so that a new Publication of the same name does
		// not find this one.
		p.client.free(context.Background(), p.path, group+".Free")
	}
	p.client.close()
}
