package visible

import (
	"context"
	"iter"
	"sync"
)

// report takes a change of the facts.
type report func(change func(*facts))

// Window yields whether a window can be seen, now and whenever that changes, until ctx
// ends. Whoever cannot be asked is taken to say yes. The window is named by its X11 id;
// zero stands for a window of another system, of which only the lock screen is known.
func Window(ctx context.Context, x11ID uint32) iter.Seq[bool] {
	return func(yield func(bool) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var sources sync.WaitGroup
		defer sources.Wait()
		defer cancel()
		changes := make(chan func(*facts))
		tell := func(change func(*facts)) {
			select {
			case changes <- change:
			case <-ctx.Done():
			}
		}
		sources.Go(func() { followLock(ctx, tell) })
		if x11ID != 0 {
			sources.Go(func() { followX11(ctx, x11ID, tell) })
		}
		verdicts(ctx, changes, yield)
	}
}

// verdicts yields the first verdict, and each that differs from the one before.
func verdicts(ctx context.Context, changes <-chan func(*facts), yield func(bool) bool) {
	var known facts
	for said := known.visible(); yield(said); said = known.visible() {
		for known.visible() == said {
			select {
			case change := <-changes:
				change(&known)
			case <-ctx.Done():
				return
			}
		}
	}
}
