package main

import (
	"fmt"
	"math"
	"slices"

	"fanlight/drivers"
	"fanlight/drivers/pixels"
	"fanlight/ui"
)

// SetMode is called by the window. The zero Mode leaves the choice to the camera.
func (p *program) SetMode(m ui.Mode) {
	chosen := p.camera() // when the job runs it may be another one
	p.jobs.add(func() {
		p.asked.forget(func(o *options) { o.Size, o.FPS = size{}, 0 })
		p.remember(chosen, func(t *tuning) { t.Mode = drivers.Mode(m) })
		p.reopen(chosen)
	})
}

// SetQuality is called by the window.
func (p *program) SetQuality(quality int) {
	chosen := p.camera()
	p.jobs.add(func() {
		before := p.tuning(chosen)
		p.asked.forget(func(o *options) { o.Quality = 0 })
		p.remember(chosen, func(t *tuning) { t.Quality = quality })
		p.through.set(p.tuning(chosen).Look, quality)
		if p.encodes(chosen, before) && before.Quality != quality { // a driver gets the quality when it opens the camera
			p.reopen(chosen)
		}
	})
}

// SetLook is called by the window. The camera stays open.
func (p *program) SetLook(l ui.Look) {
	chosen := p.camera()
	p.jobs.add(func() {
		p.asked.forget(func(o *options) { o.Rotate, o.Mirror, o.Text, o.Clock = 0, false, "", false })
		p.remember(chosen, func(t *tuning) { t.Look = pixels.Look(l) })
		p.through.set(pixels.Look(l), p.tuning(chosen).Quality)
	})
}

// SetControl is called by the window, often while a slider moves: if values come faster
// than the camera takes them, only the last one is set.
func (p *program) SetControl(name string, value int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == nil || p.waiting.camera.ID != p.chosen.ID {
		w := &waiting{p.chosen, map[string]int{}}
		p.waiting = w
		p.jobs.add(func() { p.adjust(w) })
	}
	p.waiting.values[name] = value
}

// ResetControls is called by the window.
func (p *program) ResetControls() {
	p.mu.Lock()
	chosen, controls := p.chosen, p.offers.controls
	p.mu.Unlock()
	p.jobs.add(func() {
		// Twice, since one control can bar another, as automatic exposure does.
		for range 2 {
			for _, c := range controls {
				if err := adjustOne(p.ctx, chosen, c.Name, c.Default); err != nil {
					p.log.Info("control not reset", "camera", chosen.ID, "control", c.Name, "err", err)
				}
			}
		}
		p.asked.forget(func(o *options) { o.Control = nil })
		p.remember(chosen, func(t *tuning) { t.Controls = nil })
		if chosen.Adjust == nil {
			p.reopen(chosen)
		}
		p.askOffers()
	})
}

// Open is called by the window with a camera that no driver lists: an address, a file or
// a command.
func (p *program) Open(choice string) { p.openNamed(choice, "") }

// openNamed opens a camera by the user's choice. Name, unless empty, replaces its name.
func (p *program) openNamed(choice, name string) {
	p.jobs.add(func() {
		camera, err := findCamera(p.ctx, choice)
		if err != nil {
			p.report(tuningTrouble, fmt.Errorf("that camera cannot be opened: %w", err))
			return
		}
		p.report(tuningTrouble, nil)
		if name != "" { // which its owner announces to everybody
			camera.Name, camera.Kind = name, ""
		}
		p.mu.Lock()
		if !holds(p.listed, camera.ID) {
			p.kept = with(p.kept, camera)
			p.cameras = with(p.cameras, camera)
		}
		p.choose(camera)
		p.mu.Unlock()
		p.useChosen()
	})
}

// reopen is part of a job: it opens a camera again with its current tuning, unless another
// one was chosen since.
func (p *program) reopen(camera drivers.Camera) {
	if p.camera().ID == camera.ID {
		p.useChosen()
	}
}

// with returns a copy of the cameras with one added, or replaced if there is one of the
// same ID: the same address may have another password.
func with(cameras []drivers.Camera, camera drivers.Camera) []drivers.Camera {
	cameras = slices.Clone(cameras)
	at := slices.IndexFunc(cameras, func(c drivers.Camera) bool { return c.ID == camera.ID })
	if at < 0 {
		return append(cameras, camera)
	}
	cameras[at] = camera
	return cameras
}

// encodes reports whether the driver encodes the pictures of a camera with a tuning.
func (p *program) encodes(c drivers.Camera, tuned tuning) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return encodes(tuned.Mode) || p.chosen.ID == c.ID && onlyEncodes(p.offers.modes)
}

// windowSettings is called with mu held.
func (p *program) windowSettings() ui.Settings {
	tuned := p.tuning(p.chosen)
	s := ui.Settings{
		Mode:    ui.Mode(tuned.Mode),
		Quality: tuned.Quality,
		Encodes: !tuned.Look.Plain() || encodes(tuned.Mode) || onlyEncodes(p.offers.modes),
		Look:    ui.Look(tuned.Look),

		MirrorPreview: tuned.MirrorPreview,
	}
	if s.Quality == 0 {
		s.Quality = drivers.DefaultQuality
	}
	for _, m := range p.offers.modes {
		m.FPS = math.Round(m.FPS*100) / 100 // UVC counts 30 as 30.00003
		s.Modes = append(s.Modes, ui.Mode(m))
	}
	for _, c := range p.offers.controls {
		s.Controls = append(s.Controls, windowControl(c))
	}
	return s
}

func windowControl(c drivers.Control) ui.Control {
	w := ui.Control{
		Name: c.Name, Label: c.Label, Kind: ui.ControlKind(c.Kind),
		Min: c.Min, Max: c.Max, Step: c.Step, Default: c.Default, Value: c.Value,
		Inactive: c.Inactive,
	}
	for _, item := range c.Items {
		w.Items = append(w.Items, ui.MenuItem(item))
	}
	return w
}

// encodes reports whether the driver encodes the pictures of a mode.
func encodes(m drivers.Mode) bool {
	return m.Format != "" && m.Format != "MJPG" && m.Format != "JPEG"
}

func onlyEncodes(modes []drivers.Mode) bool {
	for _, m := range modes {
		if !encodes(m) {
			return false
		}
	}
	return len(modes) > 0
}
