package rtsp

import (
	"math/rand/v2"
	"time"
)

// clockRate is that of the timestamps of video, in Hz (RFC 2435, section 3; RFC 6184, section 8.2.1).
const clockRate = 90_000

// clock makes the timestamps of pictures. It is for one goroutine.
type clock struct {
	first  time.Time // when the first picture was taken
	offset uint32    // its timestamp, which RFC 3550 wants to be random
	last   int64     // the newest timestamp, counted from offset
}

func newClock() *clock { return &clock{offset: rand.Uint32()} }

// timestamp returns the timestamp of a picture. It does not go back when the clock does, and
// goes on from there at the pictures' pace.
func (c *clock) timestamp(taken time.Time) uint32 {
	if c.first.IsZero() {
		c.first = taken
		return c.offset
	}
	at := int64(taken.Sub(c.first).Seconds() * clockRate)
	if c.last-at > clockRate { // by a second or more: of a clock that was set back
		c.first = c.first.Add(-time.Duration(c.last-at) * time.Second / clockRate)
		at = c.last
	}
	c.last = max(c.last+1, at)
	return c.offset + uint32(c.last)
}
