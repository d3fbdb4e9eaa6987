package streaming

import (
	"context"
	"time"
)

// settling is how long a camera sets its exposure after it was turned on.
const settling = time.Second

// Settled waits for one picture worth keeping, and turns the camera on for it if need be: not
// a card, and not one of the first that a camera takes. The caller releases it. It is nil if
// ctx ends before.
func (f *Feed) Settled(ctx context.Context) *Frame {
	defer f.Keep()()
	settled := f.Status().State == Live
	for {
		for frame := range f.Frames(ctx) {
			if frame.Card != nil {
				settled = false
				continue
			}
			if settled {
				frame.Hold()
				return frame
			}
			break
		}
		select {
		case <-time.After(settling):
			settled = true
		case <-ctx.Done():
			return nil
		}
	}
}
