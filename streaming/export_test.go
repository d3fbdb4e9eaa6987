package streaming

// What the tests of the room's surface need to know of its inside.
const (
	FirstPause   = firstPause
	LastPause    = lastPause
	OpenPatience = openPatience
	LivePatience = livePatience
	CardEvery    = cardEvery
	MostMarks    = mostMarks
)

var (
	ErrEnded      = errEnded
	ErrStalled    = errStalled
	ErrComesBack  = errComesBack
	ErrFarFetched = errFarFetched
)
