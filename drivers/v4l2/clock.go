//go:build linux

package v4l2

import (
	"time"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// clock tells when pictures were taken, from the timestamps of a stream's buffers.
type clock struct {
	last int64 // the latest timestamp that was believed, in ns
}

// oldest is the greatest age that a picture may have as it arrives: some cameras stamp it
// as its exposure begins, which may last ten seconds.
const oldest = 15 * time.Second

// taken returns when a picture was taken. A timestamp that is not of the monotonic clock,
// or stands still, lies ahead or far back is not believed; then the picture's arrival
// counts, which is now.
func (c *clock) taken(b bufferStruct) time.Time {
	var monotonic unix.Timespec
	arrived := time.Now()
	if b.flags&go4vl.BufFlagTimestampMask != go4vl.BufFlagTimestampMonotonic || unix.ClockGettime(unix.CLOCK_MONOTONIC, &monotonic) != nil {
		return arrived
	}
	stamp := b.timestamp.Nano()
	age := time.Duration(monotonic.Nano() - stamp)
	if stamp <= c.last || age < 0 || age > oldest {
		return arrived
	}
	c.last = stamp
	return arrived.Add(-age)
}
