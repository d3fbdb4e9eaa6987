package main

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"

	"fanlight/streaming/reach"
	"fanlight/ui"
)

// forwarding is how long viewers at the old port are sent to the new one: pages ask again
// every few seconds.
const forwarding = time.Minute

// portAddress is a port as an address to listen on; empty for zero, and for what no port
// can be.
func portAddress(port int) string {
	if port < 1 || port > 65535 {
		return ""
	}
	return ":" + strconv.Itoa(port)
}

// port is the one that is served on, or will be. It is called with mu held.
func (p *program) port(r remembered) int {
	if at, ok := p.listening.(*net.TCPAddr); ok {
		return at.Port
	}
	_, port, _ := net.SplitHostPort(p.listenAddress())
	number, _ := strconv.Atoi(port)
	return number
}

// SetPort is called by the window, unless --listen was given. Whoever watches goes on at
// the new port. If that cannot be had, the old one is kept, and the error tells why.
func (p *program) SetPort(port int) error {
	p.mu.Lock()
	now, sharing := p.listening.(*net.TCPAddr)
	p.mu.Unlock()
	if sharing && now.Port == port {
		p.keep(func(r *remembered) { r.Port = port })
		return nil
	}
	p.forwarder.end() // it may have the port
	listener, err := reach.Listen(p.ctx, portAddress(port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return ui.ErrPortTaken
	case errors.Is(err, syscall.EACCES):
		return ui.ErrPortForbidden
	case err != nil:
		return err
	}
	p.jobs.add(func() {
		p.report(settingsTrouble, p.settings.change(func(r *remembered) { r.Port = port }))
		p.moveTo(listener)
	})
	return nil
}

// moveTo is part of a job: it serves on another listener, if sharing is on.
func (p *program) moveTo(listener net.Listener) {
	old := p.sharing
	if old == nil || !old.running() {
		listener.Close()
		return
	}
	old.withdraw() // or the name would be taken
	p.beginSharing(listener)
	old.end()
	p.forward(old, p.sharing)
}

// forward sends those who ask at the old port to the new one, for a while, unless another
// program has taken it.
func (p *program) forward(old, current *sharing) {
	listener, err := reach.Listen(current.ctx, old.address.String())
	if err != nil {
		p.log.Info("viewers are not sent to the new port", "err", err)
		return
	}
	ctx, stop := context.WithTimeout(current.ctx, forwarding)
	ended := p.forwarder.begin(stop)
	p.working.Go(func() {
		defer ended()
		p.server.Forward(ctx, listener, current.address.Port)
	})
}

// forwarder ends what sends viewers to the new port. Methods may be called from any
// goroutine.
type forwarder struct {
	mu    sync.Mutex
	stop  func()        // nil while nobody is sent
	ended chan struct{} // closed at the end
}

// begin takes over a function that ends it. The one that it returns tells that it has.
func (f *forwarder) begin(stop func()) (ended func()) {
	f.end()
	f.mu.Lock()
	defer f.mu.Unlock()
	done := make(chan struct{})
	f.stop, f.ended = stop, done
	return func() {
		stop()
		close(done)
	}
}

// end ends it and waits for that.
func (f *forwarder) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stop != nil {
		f.stop()
		<-f.ended
		f.stop = nil
	}
}
