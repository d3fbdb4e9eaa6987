package main

import (
	"context"
	"fmt"
	"net"
	"sync"

	"fanlight/streaming/discovery"
	"fanlight/streaming/web"
)

// sharing is the server and its announcement while the stream is shared. It is for one
// goroutine.
type sharing struct {
	link     string
	address  *net.TCPAddr            // listened on
	announce *discovery.Announcement // nil if it is not announced

	ctx       context.Context // ends with end
	stop      context.CancelFunc
	hosts     chan string    // of capacity 1: the newest name of this machine on the network
	following sync.WaitGroup // for followNetwork's goroutine
	done      chan struct{}  // closed when serving has ended
	err       error          // why it ended by itself; valid after done
}

// startSharing serves on the listener until end. The link is for messages.
func startSharing(server *web.Server, listener net.Listener, link string) *sharing {
	ctx, stop := context.WithCancel(context.Background())
	s := &sharing{
		link:    link,
		address: listener.Addr().(*net.TCPAddr),
		ctx:     ctx,
		stop:    stop,
		hosts:   make(chan string, 1),
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

// announceAs announces the stream, or updates the announcement. It calls changed with
// each new status. A stream on a loopback address is not announced.
func (s *sharing) announceAs(service discovery.Service, changed func(discovery.Status)) error {
	if s.address.IP.IsLoopback() {
		return nil
	}
	service.Port, service.Listen = s.address.Port, s.address.AddrPort().Addr()
	var err error
	if s.announce != nil {
		err = s.announce.Update(service)
	} else {
		s.announce, err = discovery.Announce(service, changed)
	}
	if err != nil {
		return fmt.Errorf("others can watch at %s, but the stream is not announced: %w", s.link, err)
	}
	return nil
}

func (s *sharing) withdraw() {
	if s.announce != nil {
		s.announce.Close()
		s.announce = nil
	}
}

// followNetwork runs follow in a goroutine until end, unless the stream is on a loopback
// address.
func (s *sharing) followNetwork(follow func(*sharing)) {
	if !s.address.IP.IsLoopback() {
		s.following.Go(func() { follow(s) })
	}
}

// end withdraws the announcement, disconnects the viewers, and waits for both.
func (s *sharing) end() {
	s.withdraw()
	s.stop()
	<-s.done
	s.following.Wait()
}
