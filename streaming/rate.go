package streaming

import "time"

// rateWindow is how far back a measured rate looks: long enough for a camera
// of one picture a second, short enough to follow one that slows down.
const rateWindow = 4 * time.Second

// rate measures pictures a second over the last few seconds.
type rate struct{ arrivals []time.Time }

func (r *rate) add(now time.Time) {
	r.forget(now)
	r.arrivals = append(r.arrivals, now)
}

// perSecond is zero until two pictures have come.
func (r *rate) perSecond(now time.Time) float64 {
	r.forget(now)
	n := len(r.arrivals)
	if n < 2 {
		return 0
	}
	return float64(n-1) / r.arrivals[n-1].Sub(r.arrivals[0]).Seconds()
}

func (r *rate) forget(now time.Time) {
	old := 0
	for old < len(r.arrivals) && now.Sub(r.arrivals[old]) > rateWindow {
		old++
	}
	r.arrivals = append(r.arrivals[:0], r.arrivals[old:]...)
}
