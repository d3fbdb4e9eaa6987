package streaming

import "time"

// rateWindow is the time over which a rate is measured: long enough for a camera of
// 1 fps, short enough to follow one that slows down.
const rateWindow = 4 * time.Second

// rate measures the rate of pictures over rateWindow. Its owner locks it.
type rate struct {
	arrivals []time.Time
	old      int // how many of them are older than the window
}

func (r *rate) add(now time.Time) {
	r.forget(now)
	if r.old > len(r.arrivals)/2 { // so that each arrival is copied once on average
		r.arrivals = append(r.arrivals[:0], r.arrivals[r.old:]...)
		r.old = 0
	}
	r.arrivals = append(r.arrivals, now)
}

// perSecond returns the rate in fps; zero before the second picture.
func (r *rate) perSecond(now time.Time) float64 {
	r.forget(now)
	recent := r.arrivals[r.old:]
	if len(recent) < 2 {
		return 0
	}
	return float64(len(recent)-1) / recent[len(recent)-1].Sub(recent[0]).Seconds()
}

func (r *rate) forget(now time.Time) {
	for r.old < len(r.arrivals) && now.Sub(r.arrivals[r.old]) > rateWindow {
		r.old++
	}
}
