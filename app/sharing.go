package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"fanlight/streaming"
	"fanlight/streaming/discovery"
)

// sharing is the stream while it is on the network: the server, and its
// announcement. It is for one goroutine.
type sharing struct {
	link     string
	address  netip.AddrPort          // listened on
	announce *discovery.Announcement // nil if it is not announced
	name     string                  // under which it is

	stop context.CancelFunc
	done chan struct{} // closed when serving has ended
	err  error         // why it ended by itself; to be read after done
}

// startSharing serves on the listener until end.
func startSharing(server *streaming.Server, listener net.Listener) *sharing {
	ctx, stop := context.WithCancel(context.Background())
	link, _ := server.Link(listener.Addr())
	s := &sharing{
		link:    link,
		address: listener.Addr().(*net.TCPAddr).AddrPort(),
		stop:    stop,
		done:    make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		s.err = server.Serve(ctx, listener)
	}()
	return s
}

func (s *sharing) running() bool {
	select {
	case <-s.done:
		return false
	default:
		return true
	}
}

// announceAs announces the stream under a name, in place of the one before,
// unless no other machine can reach it.
func (s *sharing) announceAs(name, id string) error {
	if s.address.Addr().IsLoopback() || s.announce != nil && s.name == name {
		return nil
	}
	s.withdraw()
	announcement, err := discovery.Announce(discovery.Service{
		Name: name, Port: int(s.address.Port()), ID: id, Listen: s.address.Addr()})
	if err != nil {
		return fmt.Errorf("others can watch at %s, but are not told of it: %w", s.link, err)
	}
	s.announce, s.name = announcement, name
	return nil
}

func (s *sharing) withdraw() {
	if s.announce != nil {
		s.announce.Close()
		s.announce = nil
	}
}

// end takes the announcement back, lets the viewers go, and waits for both.
func (s *sharing) end() {
	s.withdraw()
	s.stop()
	<-s.done
}
