//go:build linux

package v4l2

import (
	"context"
	"errors"
	"slices"

	"fanlight/drivers/camera"

	"golang.org/x/sys/unix"
)

// controls lists the camera's controls with their present values, and before them what a
// capture card can take its picture from.
func (c listed) controls(ctx context.Context) ([]camera.Control, error) {
	var controls []camera.Control
	err := c.ask(ctx, func(d *device) error {
		described, err := d.controls()
		controls = taking(d.sources(), c.system.streams.chosen(c.node.path))
		for _, control := range described {
			controls = append(controls, d.read(control))
		}
		return err
	})
	return controls, err
}

// taking fills in the choices that a running camera is about to take up.
func taking(sources []camera.Control, chosen map[string]int) []camera.Control {
	for i, s := range sources {
		if value, ok := chosen[s.Name]; ok && offers(s, value) {
			sources[i].Value, sources[i].Default = value, value
		}
	}
	return sources
}

// adjust sets one of the camera's controls.
func (c listed) adjust(ctx context.Context, name string, value int) error {
	return c.ask(ctx, func(d *device) error {
		described, err := d.controls()
		if err != nil {
			return err
		}
		sources := taking(d.sources(), c.system.streams.chosen(c.node.path))
		choices := make([]control, 0, len(sources)+len(described))
		for _, source := range sources {
			choices = append(choices, control{Control: source})
		}
		control, err := c.choose(append(choices, described...), name)
		if err != nil {
			return err
		}
		source := slices.ContainsFunc(sources, func(s camera.Control) bool { return s.Name == name })
		if !source {
			control.Items = d.items(control)
		}
		if err := c.check(control, value); err != nil {
			return err
		}
		if source && value == control.Value { // the stream need not begin anew
			return nil
		}
		if source {
			return c.chooseSource(d, name, value)
		}
		if control.button && value == 0 { // nothing to press
			return nil
		}
		if err := d.set(control.id, value); err != nil {
			return c.refused(control, value, err)
		}
		return nil
	})
}

// chooseSource chooses an input or a standard, at once, or where the card streams and
// refuses that between two streams.
func (c listed) chooseSource(d *device, name string, value int) error {
	if c.system.streams.choose(c.node.path, name, value) {
		return nil
	}
	err := d.setSource(name, value)
	if errors.Is(err, unix.EBUSY) && c.system.streams.choose(c.node.path, name, value) {
		return nil // the stream has begun meanwhile
	}
	return err
}
