//go:build linux

package v4l2

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"fanlight/drivers/camera"
)

// listed is a camera that was listed: the kernel's description and its name.
type listed struct {
	system *System
	node   node
	name   string
	unfed  bool // a virtual camera that no program feeds
}

// List returns all cameras, and of them those that the argument names: by the part of
// an ID after the colon, as /dev/video0 or video0, or by a link to a node. It does not
// stream: it opens a new node for one question, what it is (VIDIOC_QUERYCAP), which
// turns no camera and no light on.
func (s *System) List(argument string) (known, named []camera.Camera, err error) {
	nodes, err := s.nodes()
	if err != nil {
		return nil, nil, fmt.Errorf("asking the kernel for its cameras: %w", err)
	}
	var cameras []listed
	for _, n := range nodes {
		if is := s.what(n); is.captures {
			cameras = append(cameras, listed{s, n, cameraName(is.card, n.product), is.unfed})
		}
	}
	tellApart(cameras)
	for _, c := range cameras {
		known = append(known, c.camera())
		if c.node.answersTo(argument) {
			named = append(named, c.camera())
		}
	}
	return known, named, nil
}

// Node is where a camera is now.
type Node struct {
	Path string // /dev/video0
	Name string // the camera's
}

// Nodes returns the nodes of all cameras, in the order of [System.List].
func (s *System) Nodes() ([]Node, error) {
	nodes, err := s.nodes()
	if err != nil {
		return nil, fmt.Errorf("asking the kernel for its cameras: %w", err)
	}
	var found []Node
	for _, n := range nodes {
		if is := s.what(n); is.captures && !is.unfed {
			found = append(found, Node{n.path, cameraName(is.card, n.product)})
		}
	}
	return found, nil
}

func (c listed) camera() camera.Camera {
	return camera.Camera{
		ID: "v4l2:" + c.node.id, Name: c.name, Virtual: c.unfed,
		Frames: c.frames, Modes: c.modes, Controls: c.controls, Adjust: c.adjust,
	}
}

func (c listed) frames(ctx context.Context, want camera.Want) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		if ctx.Err() != nil {
			return
		}
		if err := c.run(ctx, want, yield); err != nil && ctx.Err() == nil {
			yield(camera.Picture{}, err)
		}
	}
}

// run finds the camera anew, since it may have come back under another number. It
// explains a failure after the camera is closed, so that it does not find this process
// among those that hold the camera.
func (c listed) run(ctx context.Context, want camera.Want, yield func(camera.Picture, error) bool) error {
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

// ask opens the camera, which may be streaming, asks or sets something, and closes it.
func (c listed) ask(ctx context.Context, question func(*device) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	node, err := c.system.find(c.node)
	if err != nil {
		return c.explain(err)
	}
	c.node = node
	put := func() error {
		d, err := opened(c.system.open(node.path))
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

// modes lists what the camera offers, the default mode first.
func (c listed) modes(ctx context.Context) ([]camera.Mode, error) {
	var modes []camera.Mode
	var own [2]int
	err := c.ask(ctx, func(d *device) error {
		offers, err := d.offers()
		size, natural := d.ownSize()
		if natural && !discreteSizes(offers) {
			own = size
		}
		for _, o := range offers {
			modes = append(modes, o.modes(size)...)
		}
		return err
	})
	sortModes(modes, own)
	return slices.Compact(modes), err // some cameras list a size twice
}
