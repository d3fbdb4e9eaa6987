package ui

import (
	"context"
	"iter"
	"sync"
)

// sight is whether the window is in sight. It is until somebody says otherwise.
// Methods may be called from any goroutine.
type sight struct {
	mu      sync.Mutex
	out     [causes]bool
	changed chan struct{} // closed with the next change
}

// cause is why the window is out of sight; it may be for more than one.
type cause int

const (
	hidden    cause = iota // the desktop says so
	unpainted              // it is not painted
	causes
)

func newSight() *sight { return &sight{changed: make(chan struct{})} }

// set says whether the window is in sight as far as a cause goes.
func (s *sight) set(c cause, in bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out[c] == !in {
		return
	}
	s.out[c] = !in
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *sight) get() (in bool, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out == [causes]bool{}, s.changed
}

// times yields a context each time that the window comes into sight, which ends when
// it goes out of sight. The sequence ends with ctx.
func (s *sight) times(ctx context.Context) iter.Seq[context.Context] {
	return func(yield func(context.Context) bool) {
		for ctx.Err() == nil {
			in, changed := s.get()
			if !in {
				wait(ctx, changed)
			} else if !until(ctx, changed, yield) {
				return
			}
		}
	}
}

// until yields a context that ends with ctx, or when changed is closed.
func until(ctx context.Context, changed <-chan struct{}, yield func(context.Context) bool) bool {
	ctx, cancel := context.WithCancel(ctx)
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer cancel()
	waiting.Go(func() {
		wait(ctx, changed)
		cancel()
	})
	return yield(ctx)
}

func wait(ctx context.Context, changed <-chan struct{}) {
	select {
	case <-changed:
	case <-ctx.Done():
	}
}
