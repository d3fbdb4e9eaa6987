//go:build linux

package drivers

import (
	"context"
	"fmt"
	"iter"
	"slices"
)

// The v4l2 driver: cameras that the Linux kernel offers as /dev/videoN, and that
// deliver JPEG themselves, as nearly all USB cameras do, or raw pictures. Kernel
// documentation: https://www.kernel.org/doc/html/latest/userspace-api/media/v4l/v4l2.html
//
// It uses go4vl's thin package v4l2 alone. The package device above that one
// releases nothing after an unplug, panics from descriptor 1,024 on and keeps
// the oldest pictures for a slow consumer.
func init() {
	Register("v4l2", newV4L2System("/sys/class/video4linux", "/dev").list)
}

// v4l2Camera is a listed camera: how the kernel described it, and its name.
type v4l2Camera struct {
	system *v4l2System
	node   v4l2Node
	name   string
}

// list lists without streaming: a node that is new is opened for one question,
// what it is (VIDIOC_QUERYCAP), and closed, which turns no camera and no light on.
// The argument may be the ID's part behind the colon, /dev/video0, video0 or a
// link to a node.
func (s *v4l2System) list(_ context.Context, argument string) ([]Camera, error) {
	nodes, err := s.nodes()
	if err != nil {
		return nil, fmt.Errorf("asking the kernel for its cameras: %w", err)
	}
	var cameras []v4l2Camera
	for _, n := range nodes {
		if card, ok := s.card(n); ok {
			cameras = append(cameras, v4l2Camera{s, n, v4l2Name(card, n.product)})
		}
	}
	tellApart(cameras)

	var known, named []Camera
	for _, c := range cameras {
		known = append(known, c.camera())
		if c.node.answersTo(argument) {
			named = append(named, c.camera())
		}
	}
	switch {
	case argument == "":
		return known, nil
	case len(known) == 0:
		return nil, fmt.Errorf("there is no camera %q, and no other that Video4Linux knows: plug it in and try again", argument)
	case len(named) == 0:
		return nil, fmt.Errorf("not plugged in, or misspelt: %w", &UnknownCameraError{Choice: "v4l2:" + argument, Known: known})
	}
	return named, nil
}

func (c v4l2Camera) camera() Camera {
	return Camera{
		ID: "v4l2:" + c.node.id, Name: c.name,
		Frames: c.frames, Modes: c.modes, Controls: c.controls, Adjust: c.adjust,
	}
}

func (c v4l2Camera) frames(ctx context.Context, want Want) iter.Seq2[Picture, error] {
	return func(yield func(Picture, error) bool) {
		if ctx.Err() != nil {
			return
		}
		if err := c.run(ctx, want, yield); err != nil && ctx.Err() == nil {
			yield(Picture{}, err)
		}
	}
}

// run looks the camera up anew, since it may have come back under another
// number, and explains a failure only once the camera is closed, so that this
// loop does not find itself among those who hold it.
func (c v4l2Camera) run(ctx context.Context, want Want, yield func(Picture, error) bool) error {
	node, err := c.system.find(c.node)
	if err != nil {
		return c.explain(err)
	}
	c.node = node
	if err := c.capture(ctx, want, yield); err != nil {
		c.system.parted(node)
		return c.explain(err)
	}
	return nil
}

// ask opens the camera beside whoever streams from it, puts a question or sets
// something, and closes it.
func (c v4l2Camera) ask(ctx context.Context, question func(*v4l2Device) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	node, err := c.system.find(c.node)
	if err != nil {
		return c.explain(err)
	}
	c.node = node
	put := func() error {
		d, err := openV4L2(node.path)
		if err != nil {
			return err
		}
		defer d.close()
		if err := question(d); err != nil {
			return d.gone(ctx, err)
		}
		return nil
	}
	if err := put(); err != nil {
		return c.explain(err)
	}
	return nil
}

// modes lists what the camera offers, the one first that is picked where nothing
// is asked.
func (c v4l2Camera) modes(ctx context.Context) ([]Mode, error) {
	var modes []Mode
	err := c.ask(ctx, func(d *v4l2Device) error {
		offers, err := d.offers()
		for _, o := range offers {
			modes = append(modes, o.modes()...)
		}
		return err
	})
	sortModes(modes)
	return slices.Compact(modes), err // some cameras list a size twice
}

// controls lists the camera's settings with their values now.
func (c v4l2Camera) controls(ctx context.Context) ([]Control, error) {
	var controls []Control
	err := c.ask(ctx, func(d *v4l2Device) error {
		described, err := d.controls()
		for _, control := range described {
			if control.Value, err = d.value(control.id); err == nil { // what cannot be read now is left out
				control.Items = d.items(control)
				controls = append(controls, control.Control)
			}
		}
		return err
	})
	return controls, err
}

// adjust sets one of the camera's settings.
func (c v4l2Camera) adjust(ctx context.Context, name string, value int) error {
	return c.ask(ctx, func(d *v4l2Device) error {
		described, err := d.controls()
		if err != nil {
			return err
		}
		control, err := c.choose(described, name)
		if err != nil {
			return err
		}
		control.Items = d.items(control)
		if err := c.check(control, value); err != nil {
			return err
		}
		if err := d.set(control.id, value); err != nil {
			return c.refused(control, value, err)
		}
		return nil
	})
}
