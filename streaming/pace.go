package streaming

import "time"

// Pace limits a stream to a rate by leaving out pictures evenly. The zero Pace leaves out
// none. It is for one goroutine at a time.
type Pace struct {
	interval time.Duration
	due      time.Time // when the next picture is to be sent
	seen     time.Time // when the last picture, sent or not, was taken
}

// NewPace returns a Pace of fps; zero means no limit.
func NewPace(fps float64) Pace {
	if fps <= 0 {
		return Pace{}
	}
	return Pace{interval: time.Duration(float64(time.Second) / fps)}
}

// Takes reports whether to send a picture taken at t. It takes the picture that is
// nearest to when one is due, judging by the gap since the last one, so that a source of
// the same rate loses none to jitter.
func (p *Pace) Takes(t time.Time) bool {
	if p.interval == 0 {
		return true
	}
	if t.Before(p.seen) { // the clock was put back
		p.due = time.Time{}
	}
	gap := min(t.Sub(p.seen), p.interval)
	p.seen = t
	if t.Before(p.due.Add(-gap / 2)) {
		return false
	}
	p.due = p.due.Add(p.interval)
	if p.due.Before(t) {
		p.due = t.Add(p.interval)
	}
	return true
}
