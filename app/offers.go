package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"fanlight/drivers"
)

// askPatience is how long a camera may take to report what it offers, or to set a control.
const askPatience = 10 * time.Second

// offers are the modes and controls of a camera.
type offers struct {
	modes    []drivers.Mode
	controls []drivers.Control
}

// offersOf asks a camera what it offers. An unplugged one offers nothing.
func offersOf(ctx context.Context, c drivers.Camera) (o offers, err error) {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	if c.Modes != nil {
		var modesErr error
		o.modes, modesErr = c.Modes(ctx)
		err = errors.Join(err, modesErr)
	}
	if c.Controls != nil {
		var controlsErr error
		o.controls, controlsErr = c.Controls(ctx)
		err = errors.Join(err, controlsErr)
	}
	if errors.Is(err, drivers.ErrUnplugged) {
		return offers{}, nil
	}
	return o, err
}

// tuning returns the user's settings of a camera, remembered or from the command line.
func (p *program) tuning(c drivers.Camera) tuning {
	return p.asked.over(p.settings.tuning(c.ID))
}

// askOffers is a job: it asks the chosen camera what it offers.
func (p *program) askOffers() {
	chosen := p.camera()
	offered, err := offersOf(p.ctx, chosen)
	if err != nil && p.ctx.Err() == nil {
		p.log.Warn("modes and controls of the camera not read", "camera", chosen.ID, "err", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.chosen.ID == chosen.ID {
		p.offers = offered
	}
}

// waiting holds control values of a camera that are still to be set.
type waiting struct {
	camera drivers.Camera
	values map[string]int // by name
}

// adjust is a job: it sets the waiting controls, and remembers those that the camera has
// accepted.
func (p *program) adjust(w *waiting) {
	p.mu.Lock()
	if p.waiting == w {
		p.waiting = nil // from here on only this job uses it
	}
	p.mu.Unlock()
	chosen, waiting := w.camera, w.values
	var failures []error
	for name, value := range waiting {
		err := adjustOne(p.ctx, chosen, name, value)
		if err != nil && p.ctx.Err() == nil { // else it is set the next time
			failures = append(failures, err)
			delete(waiting, name)
		}
	}
	p.report(tuningTrouble, errors.Join(failures...))
	p.asked.forget(func(o *options) {
		o.Control = maps.Clone(o.Control)
		for name := range waiting {
			delete(o.Control, name)
		}
	})
	p.remember(chosen, func(t *tuning) {
		if t.Controls == nil {
			t.Controls = map[string]int{}
		}
		maps.Copy(t.Controls, waiting)
	})
	if chosen.Adjust == nil { // it takes controls only as it is opened
		p.use(chosen)
	}
	p.askOffers()
}

func adjustOne(ctx context.Context, c drivers.Camera, name string, value int) error {
	if c.Adjust == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	return c.Adjust(ctx, name, value)
}

// remember is part of a job: it changes and saves a camera's tuning.
func (p *program) remember(c drivers.Camera, edit func(*tuning)) {
	p.report(settingsTrouble, p.settings.tune(c.ID, edit))
}

// describe writes what a camera offers, for people and scripts: a line for each mode and
// each control, with tabs between the fields.
func describe(ctx context.Context, c drivers.Camera, stdout io.Writer) error {
	offered, err := offersOf(ctx, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "camera\t%s\t%s\n", c.ID, c.Name)
	for _, m := range offered.modes {
		fmt.Fprintf(stdout, "mode\t%dx%d\t%g fps\t%s\n", m.Width, m.Height, m.FPS, m.Format)
	}
	for _, control := range offered.controls {
		fmt.Fprintf(stdout, "control\t%s=%d\t%s\tdefault %d\n", control.Name, control.Value, values(control), control.Default)
	}
	return nil
}

// values describes the values that a control can have.
func values(c drivers.Control) string {
	switch c.Kind {
	case drivers.Toggle:
		return "0 or 1"
	case drivers.Menu:
		words := ""
		for i, item := range c.Items {
			if i > 0 {
				words += ", "
			}
			words += fmt.Sprintf("%d (%s)", item.Value, item.Label)
		}
		return words
	default:
		words := fmt.Sprintf("%d to %d", c.Min, c.Max)
		if c.Step > 1 {
			words += fmt.Sprintf(" in steps of %d", c.Step)
		}
		return words
	}
}
