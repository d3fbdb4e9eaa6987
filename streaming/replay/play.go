package replay

import (
	"context"
	"iter"
	"time"

	"fanlight/streaming"
)

const (
	// mostLate is how far a consumer may fall behind before pictures are skipped: a hiccup
	// loses none.
	mostLate = time.Second
	// mostApart is how far apart pictures are at most, at the lowest rate that a camera can be
	// asked for. Times that are farther apart show that the clock was set.
	mostApart = 20 * time.Minute
)

// Play yields the pictures of a past from a moment on, each once, in order: as far apart as
// they were taken, divided by the speed. Gaps between sections are left out: the picture in
// front of one is shown for as long as the one before it. A speed of zero stands still: the
// picture is yielded again now and then, even if the past loses it; once that was emptied, one
// that there is then takes its place. A consumer that falls behind by more than a
// second skips pictures, as one whose next picture is no longer kept must. Where a past that
// grows has no newer picture yet, Play waits for it. It ends with ctx, with an error, which is
// yielded last, or with a past that does not grow.
//
// Ready is as in [streaming.Hub.FramesWhen]. A frame is held for the loop's body only.
func Play(ctx context.Context, past Past, from time.Time, speed float64, ready func(context.Context) (waited bool)) iter.Seq2[*streaming.Frame, error] {
	return func(yield func(*streaming.Frame, error) bool) {
		next := (&player{past: past, speed: speed, ready: ready}).next
		if speed == 0 {
			still := &still{past: past, ready: ready}
			defer still.leave()
			next = still.next
		}
		for {
			frame, err := next(ctx, from)
			if err != nil {
				yield(nil, err)
				return
			}
			if frame == nil || !lend(frame, yield) {
				return
			}
		}
	}
}

// lend yields a frame and then releases it, even if the loop's body panics.
func lend(f *streaming.Frame, yield func(*streaming.Frame, error) bool) bool {
	defer f.Release()
	return yield(f, nil)
}
