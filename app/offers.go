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

// askPatience is how long a camera may take to say what it offers, and to take a
// control.
const askPatience = 10 * time.Second

// offers is what a camera lets the user choose.
type offers struct {
	modes    []drivers.Mode
	controls []drivers.Control
}

// offersOf asks a camera what it offers. One that is unplugged offers nothing.
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

// tuning is what the user wants of a camera, remembered or given on the command line.
func (p *program) tuning(c drivers.Camera) tuning {
	return p.asked.over(p.settings.tuning(c.ID))
}

// askOffers is a job: it asks the chosen camera what it offers.
func (p *program) askOffers() {
	chosen := p.camera()
	offered, err := offersOf(p.ctx, chosen)
	if err != nil && p.ctx.Err() == nil {
		p.log.Warn("the camera does not say what it offers", "camera", chosen.ID, "err", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.chosen.ID == chosen.ID {
		p.offers = offered
	}
}

// waiting is what controls of a camera are to be set to.
type waiting struct {
	camera drivers.Camera
	values map[string]int // by name
}

// adjust is a job: it sets the controls that wait, and remembers what the camera took.
func (p *program) adjust(w *waiting) {
	p.mu.Lock()
	if p.waiting == w {
		p.waiting = nil // from here on nobody else changes it
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
	if chosen.Adjust == nil && p.camera().ID == chosen.ID { // it takes controls only as it is opened
		p.feed.Use(source(chosen, p.tuning(chosen), p.through, p.mark, p.log))
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

// remember is part of a job.
func (p *program) remember(c drivers.Camera, edit func(*tuning)) {
	p.report(settingsTrouble, p.settings.tune(c.ID, edit))
}

// describe writes what a camera offers, for people and scripts: a line a mode and
// a line a control, with tabs between their parts.
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

// values says what a control can be set to.
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
