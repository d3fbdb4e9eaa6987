package streaming

// State is what a [Feed] is doing with its camera.
type State int

const (
	Off      State = iota // nobody needs the camera; it is closed
	Starting              // opened, no picture yet
	Live                  // delivering pictures
	Lost                  // failed; it is opened again after a pause
	Paused                // by [Feed.Pause]; it is closed, however many need it
)

// String returns the state as /api/status names it.
func (s State) String() string {
	return [...]string{"off", "starting", "live", "lost", "paused"}[s]
}

// Status is what a [Feed] knows of itself at one moment.
type Status struct {
	State State
	// Reason says in words why the camera is lost or paused, and what to do.
	Reason string
	// CameraID and CameraName are the source's.
	CameraID, CameraName string
	// Asked is what the user wanted, Granted what the camera agreed to, Measured
	// what it delivers.
	Asked, Granted, Measured Mode
	// Unplugged holds while the camera is lost because it is not there.
	Unplugged bool
	Counts
}

// Counts add up from the beginning of a [Feed] on, whatever cameras it had.
type Counts struct {
	// Pictures counts those published, Dropped those that were no usable JPEG, and
	// Skipped those above the rate asked for.
	Pictures, Dropped, Skipped uint64
	// Reopenings counts how often a lost camera was tried again.
	Reopenings uint64
}
