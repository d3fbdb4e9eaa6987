package streaming

// State is what a [Feed] is doing with its camera.
type State int

const (
	Off      State = iota // the camera is closed, since it has no consumer
	Starting              // the camera is opened, no picture yet
	Live                  // the camera delivers pictures
	Lost                  // the camera failed; it is opened again after a pause
	Paused                // by [Feed.Pause]: the camera is closed, however many consumers it has
)

// String returns the state as in /api/status.
func (s State) String() string {
	return [...]string{"off", "starting", "live", "lost", "paused"}[s]
}

// Status is the state of a [Feed] at one moment.
type Status struct {
	State State
	// Reason is a sentence that says why the camera is lost or paused, and what to do. It
	// may have the camera's address or command in it; see [Status.ReasonForViewers].
	Reason string
	// CameraID and CameraName are the source's ID and Name.
	CameraID, CameraName string
	// Asked is what the user wanted, Granted what the camera agreed to, Measured
	// what it delivers.
	Asked, Granted, Measured Mode
	// Unplugged is true while the camera is lost because it is unplugged.
	Unplugged bool
	Counts
}

// lossForViewers is what viewers are told of why the camera is lost.
const lossForViewers = "its owner sees why in Fanlight's window"

// ReasonForViewers returns the Reason without what only the owner may know.
func (s Status) ReasonForViewers() string {
	if s.State == Lost {
		return lossForViewers
	}
	return s.Reason
}

// Counts are totals since the [Feed] was made, over all its cameras.
type Counts struct {
	// Pictures counts published pictures, Dropped unusable ones, and Skipped those above
	// the requested rate.
	Pictures, Dropped, Skipped uint64
	// Reopenings counts attempts to open a lost camera again.
	Reopenings uint64
}
