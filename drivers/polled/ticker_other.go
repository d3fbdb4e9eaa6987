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

// NewTicker returns a Ticker whose first tick comes after every, and which ends with
// ctx. The caller closes it. There is never an error.
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

// Close gives the timer back.
func (t *Ticker) Close() { t.ticks.Stop() }
