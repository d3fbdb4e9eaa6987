//go:build !linux

package polled

import (
	"context"
	"time"
)

// Ticker ticks at a rate, for one goroutine.
type Ticker struct {
	ctx   context.Context
	ticks *time.Ticker
}

// NewTicker returns a Ticker that ticks every so often until ctx ends. Its first tick comes
// after every. The caller calls Close. The error is always nil.
func NewTicker(ctx context.Context, every time.Duration) (*Ticker, error) {
	return &Ticker{ctx, time.NewTicker(max(every, 1))}, nil
}

// Wait returns true after the next tick, or at once if there was one since the last
// Wait. It returns false once ctx has ended.
func (t *Ticker) Wait() bool {
	select {
	case <-t.ticks.C:
		return t.ctx.Err() == nil
	case <-t.ctx.Done():
		return false
	}
}

// Close stops the timer.
func (t *Ticker) Close() { t.ticks.Stop() }
