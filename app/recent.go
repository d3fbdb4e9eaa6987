package main

import (
	"slices"
	"strings"

	"fanlight/drivers"
	"fanlight/drivers/secrets"
	"fanlight/ui"
)

// mostRecent is how many cameras that were opened by hand are remembered.
const mostRecent = 8

// noteRecent is part of a job. A camera that is found by itself needs not be remembered.
func (p *program) noteRecent(camera drivers.Camera) {
	p.mu.Lock()
	listed := holds(p.listed, camera.ID)
	p.mu.Unlock()
	if listed {
		return
	}
	opened := choice(camera)
	p.report(settingsTrouble, p.settings.change(func(r *remembered) {
		recent := append([]string{opened}, without(r.Recent, shownChoice(opened))...)
		r.Recent = recent[:min(len(recent), mostRecent)]
	}))
}

// OpenRecent is called by the window with one of the cameras that it shows as recent.
func (p *program) OpenRecent(shown string) {
	for _, recent := range p.settings.get().Recent {
		if shownChoice(recent) == shown {
			p.Open(recent)
			return
		}
	}
}

// ForgetRecent is called by the window.
func (p *program) ForgetRecent(shown string) {
	p.keep(func(r *remembered) { r.Recent = without(r.Recent, shown) })
}

// without returns the choices but those that are shown as this.
func without(choices []string, shown string) []string {
	return slices.DeleteFunc(slices.Clone(choices), func(c string) bool { return shownChoice(c) == shown })
}

// shownChoice is a camera's choice as people may read it: a path, or an address without
// its password.
func shownChoice(choice string) string {
	for _, driver := range []string{"opencv:", "folder:"} {
		if path, ok := strings.CutPrefix(choice, driver); ok && (strings.HasPrefix(path, "/") || strings.Contains(path, "://")) {
			choice = path
		}
	}
	return secrets.Hide(choice)
}

// HideCamera is called by the window: the picker leaves the camera out, or shows it again.
func (p *program) HideCamera(c ui.Camera, hide bool) {
	p.keep(func(r *remembered) {
		if hide {
			r.Hidden = put(r.Hidden, c.ID, c.Name)
			return
		}
		r.Hidden = put(r.Hidden, c.ID, "") // a copy: others may be reading
		delete(r.Hidden, c.ID)
	})
}

// hiddenAndRecent returns what the window shows of them.
func (p *program) hiddenAndRecent() (hidden []ui.Camera, recent []string) {
	r := p.settings.get()
	for id, name := range r.Hidden {
		hidden = append(hidden, ui.Camera{ID: id, Name: name})
	}
	slices.SortFunc(hidden, func(a, b ui.Camera) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	for _, choice := range r.Recent {
		recent = append(recent, shownChoice(choice))
	}
	return hidden, recent
}
