package streaming

// Unexported names for the external tests.
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
