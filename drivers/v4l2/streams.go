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

type running struct {
	chosen map[string]int // what is to be chosen before the next stream
	stop   context.CancelCauseFunc
}

// begin notes a stream. Its context ends with ctx, or with errAnew when a choice waits for
// the stream's end; end returns the choices.
func (s *streams) begin(ctx context.Context, path string) (streaming context.Context, end func() map[string]int) {
	streaming, stop := context.WithCancelCause(ctx)
	this := &running{chosen: map[string]int{}, stop: stop}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.running = map[string]*running{}
	}
	s.running[path] = this
	return streaming, func() map[string]int {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.running[path] == this {
			delete(s.running, path)
		}
		stop(nil)
		return maps.Clone(this.chosen)
	}
}

// choose leaves a choice to the running stream, which begins anew with it. It reports
// false if this process has none running.
func (s *streams) choose(path, name string, value int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.running[path]
	if ok {
		r.chosen[name] = value
		r.stop(errAnew)
	}
	return ok
}
