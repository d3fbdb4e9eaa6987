package replay

import (
	"time"

	"fanlight/streaming"
)

// Past is pictures in the order in which they were taken, and of their Runs. It may grow, and may
// lose its oldest ones. One whose pictures are not to be shown any more is emptied, and goes on
// with a later Run. All frames that it returns are held for the caller, who releases them, and
// none is a card. Methods may be called from any goroutine.
type Past interface {
	// At returns the last picture that was taken at a time or before it, to the microsecond;
	// the first one if all were taken later; nil if there is none.
	At(t time.Time) (*streaming.Frame, error)
	// After returns the picture behind one that this Past has returned; if the Past has lost
	// that one since, the first one it has behind it; nil if there is none, or none yet.
	After(f *streaming.Frame) (*streaming.Frame, error)
	// Before returns the picture in front of one that this Past has returned; nil if there is
	// none, or none any more.
	Before(f *streaming.Frame) (*streaming.Frame, error)
	// Grown returns a channel that is closed once there is a newer picture than now; nil if
	// there never will be: the Past is a file that is complete.
	Grown() <-chan struct{}
	// Sections returns the times for which there are pictures, in order. Between two of them
	// the camera was off, lost or paused.
	Sections() []Section
}

// Section is a time with pictures, without a gap.
type Section struct {
	From, To time.Time // when the first and the last picture were taken
	// Pictures is how many there are; of a file, about how many, by the usual distance between
	// them: a file is not read through for it.
	Pictures int
}
