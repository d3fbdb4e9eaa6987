package streaming

import "time"

// Pace thins a stream to a rate, evenly, and never above it in the long run.
// The zero Pace lets everything through.
type Pace struct {
	interval time.Duration
	due      time.Time // when the next picture should be sent
	seen     time.Time // when the last picture, sent or not, was taken
}

// NewPace returns a Pace of fps pictures a second; zero is no limit.
func NewPace(fps float64) Pace {
	if fps <= 0 {
		return Pace{}
	}
	return Pace{interval: time.Duration(float64(time.Second) / fps)}
}

// Takes reports whether a picture taken at t is one to send: the first that is
// nearer to when one is due than the next one can be expected to be. So a source
// of the very same rate loses nothing to jitter.
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
