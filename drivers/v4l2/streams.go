//go:build linux

package v4l2

import (
	"context"
	"maps"
	"sync"
)

// streams are the cameras that this process has running, so that a choice which a running
// camera refuses can be made between two streams.
type streams struct {
	mu      sync.Mutex
	running map[string]*running // by the node's path
}

// running is a camera that runs, from one stream to the next.
type running struct {
	mu     sync.Mutex
	chosen map[string]int // since it runs
	stop   context.CancelCauseFunc
}

// begin notes a camera, until end is called.
func (s *streams) begin(path string) (this *running, end func()) {
	this = &running{chosen: map[string]int{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.running = map[string]*running{}
	}
	s.running[path] = this
	return this, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.running[path] == this {
			delete(s.running, path)
		}
	}
}

// next begins a stream. Its context ends with ctx, or with errAnew as soon as something
// else is chosen. It returns what is wanted, with what was chosen since.
func (r *running) next(ctx context.Context, wanted map[string]int) (streaming context.Context, now map[string]int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	streaming, r.stop = context.WithCancelCause(ctx)
	now = maps.Clone(r.chosen)
	for name, value := range wanted {
		if _, ok := now[name]; !ok {
			now[name] = value
		}
	}
	return streaming, now
}

// over frees what a stream's context holds.
func (r *running) over() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop(nil)
}

// choose leaves a choice to the camera at path, whose stream begins anew with it. It
// reports false if this process has it not running.
func (s *streams) choose(path, name string, value int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.running[path]
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.chosen[name] = value
	if r.stop != nil {
		r.stop(errAnew)
	}
	return true
}

// chosen returns what was chosen since the camera at path runs, which it may be about to
// take up.
func (s *streams) chosen(path string) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.running[path]
	if !ok {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.chosen)
}
