//go:build linux

package drivers

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// The v4l2 driver: cameras that the Linux kernel offers as /dev/videoN and that
// deliver JPEG themselves, as nearly all USB cameras do. Kernel documentation:
// https://www.kernel.org/doc/html/latest/userspace-api/media/v4l/v4l2.html
//
// It uses go4vl's thin package v4l2 alone. The package device above that one
// releases nothing after an unplug, panics from descriptor 1,024 on and keeps
// the oldest pictures for a slow consumer.
func init() {
	host := v4l2System{class: "/sys/class/video4linux", dev: "/dev"}
	Register("v4l2", host.list)
}

// v4l2Camera is a listed camera: how the kernel described it, and its name.
type v4l2Camera struct {
	system v4l2System
	node   v4l2Node
	name   string
}

// list lists without streaming: each node is opened for one question, what it
// is (VIDIOC_QUERYCAP), and closed, which turns no camera and no light on.
// The argument may be the ID's part behind the colon, /dev/video0, video0 or a
// link to a node.
func (s v4l2System) list(_ context.Context, argument string) ([]Camera, error) {
	nodes, err := s.nodes()
	if err != nil {
		return nil, fmt.Errorf("asking the kernel for its cameras: %w", err)
	}
	var cameras []v4l2Camera
	for _, n := range nodes {
		if card, ok := v4l2Captures(n); ok {
			cameras = append(cameras, v4l2Camera{s, n, v4l2Name(card, n.product)})
		}
	}
	tellApart(cameras)

	var known, named []Camera
	for _, c := range cameras {
		camera := Camera{ID: "v4l2:" + c.node.id, Name: c.name, Frames: c.frames}
		known = append(known, camera)
		if c.node.answersTo(argument) {
			named = append(named, camera)
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
	nodes, err := c.system.nodes()
	if err != nil {
		return c.explain(err)
	}
	node, err := c.node.again(nodes)
	if err != nil {
		return c.explain(err)
	}
	c.node = node
	err = c.capture(ctx, want, yield)
	if err == nil {
		return nil
	}
	var raw *rawOnlyError
	if errors.As(err, &raw) {
		return fmt.Errorf("%s %w: choose another camera", c.name, raw)
	}
	return c.explain(err)
}
