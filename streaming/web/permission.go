package web

import (
	"context"
	"sync"
)

// permission is what the owner allows viewers, or forbids, at any time. Methods may be called
// from any goroutine.
type permission struct {
	mu      sync.Mutex
	allowed context.Context // ends when it is forbidden
	forbid  context.CancelFunc
}

// newPermission returns a permission that is given.
func newPermission() *permission {
	p := &permission{}
	p.allowed, p.forbid = context.WithCancel(context.Background())
	return p
}

func (p *permission) allow(allow bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !allow:
		p.forbid()
	case p.allowed.Err() != nil:
		p.allowed, p.forbid = context.WithCancel(context.Background())
	}
}

// lasting returns a context that ends when it is forbidden. It has ended while it is.
func (p *permission) lasting() context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.allowed
}
