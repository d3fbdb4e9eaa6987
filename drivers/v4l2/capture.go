//go:build linux

package v4l2

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// errAnew ends a stream that is to begin anew: another signal comes in, or the user has
// chosen another input.
var errAnew = errors.New("the stream begins anew")

// capture opens the camera, yields its pictures until the loop is left or ctx ends, and
// closes it.
func (c listed) capture(ctx context.Context, want camera.Want, yield func(camera.Picture, error) bool) error {
	left := false
	notice := func(p camera.Picture, err error) bool {
		left = !yield(p, err)
		return !left
	}
	this, end := c.system.streams.begin(c.node.path)
	defer end()
	for {
		streaming, controls := this.next(ctx, want.Controls)
		now := want
		now.Controls = controls
		err := c.stream(streaming, now, notice)
		anew := errors.Is(err, errAnew) || errors.Is(context.Cause(streaming), errAnew)
		this.over()
		if left || ctx.Err() != nil || !anew {
			return err
		}
		select { // signals change several times in a row as a plug goes in
		case <-ctx.Done():
		case <-time.After(settling):
		}
	}
}

const settling = 100 * time.Millisecond

// stream opens the camera once.
func (c listed) stream(ctx context.Context, want camera.Want, yield func(camera.Picture, error) bool) (err error) {
	d, err := opened(c.system.open(c.node.path))
	if err != nil {
		return err
	}
	defer d.release()
	defer func() {
		if err != nil && !errors.Is(err, errAnew) {
			err = d.gone(ctx, d.severed(err))
		}
	}()
	if err := d.choose(want.Controls); err != nil {
		return err
	}
	d.subscribe() // not before, since choosing an input changes the signal too
	if err := d.tune(want.Controls); err != nil {
		return err
	}
	granted, err := d.negotiate(want.Mode)
	if err != nil {
		return d.unfed(err)
	}
	d.restore(ctx, want.Controls)
	granted.FPS = d.slowed(granted.FPS)
	if ctx.Err() != nil { // before the light goes on for nothing
		return nil
	}
	if err := d.start(); err != nil {
		return d.unfed(err)
	}
	if want.Granted != nil {
		want.Granted(granted.Mode)
	}
	return d.pictures(ctx, granted.encoder(want), yield)
}

// unfed turns the failure of a virtual camera that cannot be started into one that says
// why.
func (d *device) unfed(err error) error {
	var undecoded *undecodedError
	fed := errors.As(err, &undecoded) && len(undecoded.formats) > 0
	if d.driver != loopbackDriver || fed || errors.Is(err, unix.EBUSY) || errors.Is(err, unix.ENODEV) {
		return err
	}
	return &unfedError{err}
}

// staleAfter is how long a consumer may keep a picture before those that filled all
// buffers meanwhile count as old.
const staleAfter = 100 * time.Millisecond

// pictures yields the newest picture, over and over. The buffers are given back before a
// picture is yielded, so that a driver that grants two has both to fill meanwhile.
//
// A slow consumer finds several pictures and gets the newest. If it was so slow that all
// buffers are full, none of them is new, since the camera had no room for a newer one: then
// it waits for the next picture, but not twice in a row, so that a machine too slow for its
// camera sees pictures at all.
func (d *device) pictures(ctx context.Context, jpeg func([][]byte) ([]byte, error), yield func(camera.Picture, error) bool) error {
	var order sequence
	var clock clock
	var longestGap time.Duration
	kept := time.Duration(0)
	for last := time.Now(); ; {
		filled, err := d.await(ctx, last, longestGap)
		if err != nil || len(filled) == 0 {
			return err
		}
		longestGap, last = max(longestGap, time.Since(last)-kept), time.Now()
		newest := filled[len(filled)-1]
		stale := kept > staleAfter && len(filled) == len(d.buffers)
		kept = 0
		var picture []byte
		if !stale && newest.flags&go4vl.BufFlagError == 0 && order.next(newest.sequence, len(d.buffers)) {
			if picture, err = jpeg(d.content(newest)); err != nil {
				return err
			}
		}
		for _, f := range filled {
			if err := d.queue(f.index); err != nil {
				return err
			}
		}
		if len(picture) == 0 {
			continue
		}
		if !yield(camera.Picture{JPEG: picture, Taken: clock.taken(newest.bufferStruct)}, nil) {
			return nil
		}
		kept = time.Since(last)
	}
}

// sequence follows the numbers that the driver gives pictures.
//
// uvcvideo copies pictures in several workers and can deliver two in the wrong order (seen
// with kernel 6.1): an older picture that comes late is dropped. No more can be late than
// there are buffers: a number further back is of a source that counts from the start again.
type sequence struct {
	begun  bool
	newest uint32
}

// next reports whether a picture is not late.
func (s *sequence) next(number uint32, buffers int) bool {
	ahead := int32(number - s.newest)
	if s.begun && ahead < 0 && int(ahead) > -buffers {
		return false
	}
	s.begun, s.newest = true, number
	return true
}

// await blocks until the camera has filled buffers, and returns them, or nothing once ctx
// has ended. It is an error if the device says what keeps it from delivering.
func (d *device) await(ctx context.Context, since time.Time, longestGap time.Duration) ([]filled, error) {
	for {
		ready, err := d.wait(ctx, silencePatience)
		switch {
		case err != nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, nil
		case ready.event:
			if err := d.sourceChanged(); err != nil {
				return nil, err
			}
		case ready.picture:
			if filled, err := d.filled(); err != nil || len(filled) > 0 {
				return filled, err
			}
		case ready.broken:
			return nil, fmt.Errorf("waiting for a picture: %w", unix.EIO)
		default:
			if err := d.silent(time.Since(since), longestGap); err != nil {
				return nil, err
			}
		}
	}
}
