package main

import "time"

// mostGap bounds the time between two pictures of a film. A longer one is a fault of the
// file, such as of two films that were joined.
const mostGap = time.Minute

// timeline follows a film's own times, which need not be apart by its rate.
type timeline struct {
	at  float64       // of the newest picture, in milliseconds
	gap time.Duration // between the two newest pictures
}

// newTimeline returns a timeline whose first picture is at a time in milliseconds, of a
// film whose file says that it has a rate in fps.
func newTimeline(at, fps float64) timeline {
	return timeline{at, time.Duration(float64(time.Second) / fps)}
}

// next returns for how long the newest picture is shown, when the next one is at a time in
// milliseconds. Where the file does not say that, or nothing that can be, it is as long as
// the picture before.
func (t *timeline) next(at float64) time.Duration {
	if gap := time.Duration((at - t.at) * float64(time.Millisecond)); gap > 0 && gap <= mostGap {
		t.gap = gap
	}
	t.at = at
	return t.gap
}
