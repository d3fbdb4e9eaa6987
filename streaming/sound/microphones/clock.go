package microphones

import "time"

const (
	// jitter is how much later than usual a block may arrive and still be the next one.
	jitter = 40 * time.Millisecond
	// window is the number of blocks after which times follow a sound card that runs slow: by
	// step at most, which is 200 parts in a million.
	window = 250
	step   = time.Millisecond
	// lost is how late all blocks of a window are if samples were lost in front of them: less than
	// shows at once, and more than a clock drifts in that time.
	lost = 10 * time.Millisecond
)

// clock makes capture times of the times at which blocks arrive.
//
// A block arrives when its last sample was captured, or later: the sound system and the
// machine may delay it, and never hasten it. So times advance by exactly a block's length,
// along those that arrived soonest. One that arrives sooner than they say moves them back to
// it: they were late. If all of a window arrive later than they say, they are moved on a
// little: the sound card's clock runs slow; or by all of it, if that is so much that samples
// were lost. So they follow its drift, and samples are not
// touched. Wall clocks are compared, since pictures go by them, too.
type clock struct {
	length time.Duration // of a block
	next   time.Time     // when the next block begins; zero at first
	least  time.Duration // that a block of the window was later than the times say
	count  int           // of the window's blocks
}

// areUnsure reports whether the times of a block and of the n before it are not plain: they are
// the first, or it arrived so late that they may be behind a gap.
func (c *clock) areUnsure(n int, arrived time.Time) bool {
	return c.next.IsZero() || c.drift(arrived.Add(-time.Duration(n)*c.length)) > jitter
}

// drift is how much later the next block arrived than the times say.
func (c *clock) drift(arrived time.Time) time.Duration {
	if c.next.IsZero() {
		return 0
	}
	return arrived.Round(0).Sub(c.next.Add(c.length).Round(0))
}

// taken returns when the first of some blocks begins that arrived together, the last of them
// at a time. The blocks have come late together if they follow the one before without a gap.
func (c *clock) taken(blocks int, arrived time.Time) time.Time {
	begin := arrived.Add(-time.Duration(blocks) * c.length)
	drift := c.drift(begin.Add(c.length))
	switch {
	case c.next.IsZero() || drift.Abs() > jitter: // the first, a gap, or a wall clock that was set
		c.next, c.count = begin, 0
	case drift < 0:
		c.next, c.count = begin, 0
	default:
		c.follow(drift)
	}
	taken := c.next
	c.next = c.next.Add(time.Duration(blocks) * c.length)
	return taken
}

// follow moves the times on at the end of a window in which no block was in time.
func (c *clock) follow(drift time.Duration) {
	if c.count == 0 || drift < c.least {
		c.least = drift
	}
	if c.count++; c.count < window {
		return
	}
	if c.least < lost {
		c.least = min(c.least, step)
	}
	c.next, c.count = c.next.Add(c.least), 0
}
