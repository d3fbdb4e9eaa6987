package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// leastGarbage is what the garbage collector may leave at least, in bytes.
const leastGarbage = 32 << 20

// collector has the garbage collector leave as much garbage as it would if no pictures were
// kept: usually that is as much as there is in use, so that 256 MB of pictures would take
// 512 MB. Pictures hold no pointers, so that collecting more often costs next to nothing.
type collector struct {
	kept func() (bytes int)

	mu      sync.Mutex
	stopped bool
}

// tuneCollector starts a collector, unless the user has tuned Go's by its variable.
func tuneCollector(kept func() (bytes int)) (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	c := &collector{kept: kept}
	c.follow()
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.stopped = true
		debug.SetGCPercent(100)
	}
}

// follow calls tune after the next garbage collection, and after each that follows.
func (c *collector) follow() {
	type sentinel struct{ _ *collector } // garbage: a pointer gives it memory of its own
	runtime.AddCleanup(new(sentinel), func(c *collector) {
		if c.tune() {
			c.follow()
		}
	}, c)
}

// tune reports whether to call it again.
func (c *collector) tune() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return false
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(collectAt(int(live[0].Value.Uint64()), c.kept()))
	return true
}

// collectAt is how many percent of what is in use the collector may leave, in bytes in use, of
// which some are pictures that are kept.
func collectAt(live, kept int) int {
	rest := max(live-kept, leastGarbage)
	return max(100*rest/(rest+kept), 1)
}
