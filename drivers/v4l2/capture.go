//go:build linux

package v4l2

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/pixels"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// capture opens the camera, yields its pictures until the loop is left or ctx
// ends, and closes it.
func (c listed) capture(ctx context.Context, want camera.Want, yield func(camera.Picture, error) bool) (err error) {
	d, err := open(c.node.path)
	if err != nil {
		return err
	}
	defer d.release()
	defer func() {
		if err != nil {
			err = d.gone(ctx, err)
		}
	}()

	granted, err := d.negotiate(want.Mode)
	if err != nil {
		return err
	}
	d.restore(ctx, want.Controls)
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
		want.Granted(granted.Mode)
	}
	jpeg := func(picture []byte) ([]byte, error) { return granted.jpeg(picture, want) }
	return d.pictures(wake, jpeg, yield)
}

// jpeg returns a picture as a JPEG file: the camera's own bytes, or a raw picture
// encoded. It returns nothing for a raw picture that was cut short.
func (g agreed) jpeg(picture []byte, want camera.Want) ([]byte, error) {
	if g.kind == jpegKind {
		return picture, nil
	}
	raw := pixels.Raw{Pix: picture, Layout: g.layout, Width: g.Width, Height: g.Height, Stride: int(g.stride)}
	began := time.Now()
	encoded, err := raw.Encode(cmp.Or(want.Quality, camera.DefaultQuality))
	switch {
	case err == nil:
		if want.Encoded != nil {
			want.Encoded(time.Since(began))
		}
		return encoded, nil
	case len(picture) < int(g.bytes):
		return nil, nil
	}
	return nil, fmt.Errorf("making a JPEG of a %s picture: %w", g.Format, err)
}

// pictures yields the newest picture, over and over. A slow consumer finds several and
// gets the newest. If it was so slow that all buffers are full, none of them is new,
// since the camera had no room for a newer one: then it waits for the next picture, but
// not twice in a row, so that a machine too slow for its camera sees pictures at all.
//
// uvcvideo copies pictures in several workers and can deliver two in the wrong order
// (seen with kernel 6.1): an older picture that comes late, by its sequence number, is
// dropped. So are buffers that the kernel flags as damaged, and those without a byte,
// which broken transfers leave.
func (d *device) pictures(wake int, jpeg func([]byte) ([]byte, error), yield func(camera.Picture, error) bool) error {
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
		if !stale && !late && newest.Flags&go4vl.BufFlagError == 0 {
			picture, err := jpeg(d.bytes(newest))
			if err != nil {
				return err
			}
			if len(picture) > 0 {
				yielded, sequence = true, newest.Sequence
				if !yield(camera.Picture{JPEG: picture, Taken: taken(newest)}, nil) {
					return nil
				}
			}
		}
		if err := d.queue(newest); err != nil {
			return err
		}
	}
}

// bytes returns what the camera wrote into a buffer. The kernel's count may exceed it.
func (d *device) bytes(b go4vl.Buffer) []byte {
	mapped := d.buffers[b.Index]
	used := min(int(b.BytesUsed), len(mapped))
	return mapped[:used:used]
}

// wait blocks until the camera has filled buffers, and returns them, or nothing once
// wake is readable.
func (d *device) wait(wake int) ([]go4vl.Buffer, error) {
	// poll, since select cannot watch descriptors above 1,023.
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
			return nil, fmt.Errorf("waiting for a picture: %w", unix.EIO)
		}
		if filled, err := d.filled(); err != nil || len(filled) > 0 {
			return filled, err
		}
	}
}

// wakeOnEnd returns a descriptor that becomes readable when ctx ends: a channel cannot
// be polled beside the camera.
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

// taken returns when the camera captured a picture, from the age of the buffer's
// timestamp, which is of the monotonic clock.
func taken(b go4vl.Buffer) time.Time {
	var now unix.Timespec
	if b.Flags&go4vl.BufFlagTimestampMask != go4vl.BufFlagTimestampMonotonic || unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) != nil {
		return time.Time{}
	}
	age := time.Duration(now.Nano() - b.Timestamp.Nano())
	return time.Now().Add(-max(age, 0))
}
