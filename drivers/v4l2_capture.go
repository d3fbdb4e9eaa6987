//go:build linux

package drivers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// capture opens the camera, yields its pictures until the loop is left or ctx
// ends, and closes it.
func (c v4l2Camera) capture(ctx context.Context, want Want, yield func(Picture, error) bool) (err error) {
	d, err := openV4L2(c.node.path)
	if err != nil {
		return err
	}
	defer d.release()
	defer func() {
		if err != nil {
			err = d.gone(err)
		}
	}()

	granted, err := d.negotiate(want.Mode)
	if err != nil {
		return err
	}
	wake, release, err := wakeOnEnd(ctx)
	if err != nil {
		return err
	}
	defer release()
	if ctx.Err() != nil { // before the light goes on for nothing
		return nil
	}
	if err := d.start(); err != nil {
		return err
	}
	if want.Granted != nil {
		want.Granted(granted)
	}
	err = d.pictures(wake, yield)
	if errors.Is(err, v4l2.ErrorSystem) {
		err = fmt.Errorf("%w (%w)", unix.ENODEV, err) // nothing else ends a running stream so
	}
	return err
}

// pictures yields the newest picture, over and over. A consumer that was slow
// finds several, and gets the newest. One that was so slow that all buffers are
// full gets none of them, since the camera had nowhere to put a newer one: it
// waits for the next. That is done once at a time, lest a machine too slow for
// its camera never sees a picture.
//
// uvcvideo copies pictures in several workers at once and can deliver two of
// them in the wrong order (seen with kernel 6.1); the sequence number tells, and
// an older picture that comes late is dropped.
func (d *v4l2Device) pictures(wake int, yield func(Picture, error) bool) error {
	sequence := uint32(0) // of the newest picture yielded; from 0 at each start of the stream
	for yielded := false; ; {
		filled, err := d.wait(wake)
		if err != nil || len(filled) == 0 {
			return err
		}
		last := len(filled) - 1
		stale := yielded && last+1 >= len(d.buffers)-1 // the one that was yielded has only just been queued
		yielded = false
		if err := d.queue(filled[:last]...); err != nil {
			return err
		}
		newest := filled[last]
		late := int32(newest.Sequence-sequence) < 0
		if newest.BytesUsed > 0 && !stale && !late { // broken transfers can come out empty
			yielded, sequence = true, newest.Sequence
			jpeg := d.buffers[newest.Index][:newest.BytesUsed:newest.BytesUsed]
			if !yield(Picture{JPEG: jpeg, Taken: taken(newest)}, nil) {
				return nil
			}
		}
		if err := d.queue(newest); err != nil {
			return err
		}
	}
}

// wait returns what the camera has filled, as soon as there is something, and
// nothing once wake is readable.
func (d *v4l2Device) wait(wake int) ([]v4l2.Buffer, error) {
	// poll, since select cannot watch descriptors beyond 1,023.
	events := []unix.PollFd{{Fd: int32(wake), Events: unix.POLLIN}, {Fd: int32(d.fd), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(events, -1); errors.Is(err, unix.EINTR) {
			continue
		} else if err != nil {
			return nil, fmt.Errorf("waiting for a picture: %w", err)
		}
		if events[0].Revents != 0 {
			return nil, nil
		}
		if events[1].Revents&unix.POLLIN == 0 {
			return nil, fmt.Errorf("waiting for a picture: %w", unix.ENODEV)
		}
		if filled, err := d.filled(); err != nil || len(filled) > 0 {
			return filled, err
		}
	}
}

// wakeOnEnd returns a descriptor that becomes readable when ctx ends. It can be
// polled beside the camera, which a channel cannot.
func wakeOnEnd(ctx context.Context) (wake int, release func(), err error) {
	wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return 0, nil, fmt.Errorf("making an eventfd: %w", err)
	}
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_, _ = unix.Write(wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // the counter is not full: it was zero
	})
	return wake, func() {
		if !stop() {
			<-woken
		}
		_ = unix.Close(wake)
	}, nil
}

// taken is when the camera captured a picture. V4L2 stamps buffers with the
// monotonic clock, which says how long ago that was.
func taken(b v4l2.Buffer) time.Time {
	var now unix.Timespec
	if b.Flags&v4l2.BufFlagTimestampMask != v4l2.BufFlagTimestampMonotonic || unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) != nil {
		return time.Time{}
	}
	age := time.Duration(now.Nano() - b.Timestamp.Nano())
	return time.Now().Add(-max(age, 0))
}
