package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// hiding is the list of cameras with a tick for each that the picker shows.
type hiding struct {
	program Preferences
	label   func(Camera) string // as the picker shows it
	list    *fyne.Container
	shown   []Camera // the rows
	checks  map[string]*kit.Check
	hold    kit.Hold
	focused kit.FocusFunc
}

func newHiding(p Preferences, label func(Camera) string) *hiding {
	return &hiding{program: p, label: label, list: kit.NewRows()}
}

// isHidden reports whether the picker leaves a camera out. One that is in use it shows.
func (s State) isHidden(id string) bool {
	return id != s.Chosen && slices.ContainsFunc(s.Hidden, func(c Camera) bool { return c.ID == id })
}

// show draws the state, and reports whether there are other rows now.
func (h *hiding) show(s State) (moved bool) {
	all := slices.Clone(s.Cameras)
	for _, c := range s.Hidden {
		if !slices.ContainsFunc(all, func(other Camera) bool { return other.ID == c.ID }) {
			all = append(all, c)
		}
	}
	if moved = !slices.Equal(all, h.shown); moved {
		h.shown = all
		h.build()
	}
	if !h.hold.Holds() {
		for _, c := range all {
			h.checks[c.ID].Set(!slices.ContainsFunc(s.Hidden, func(hidden Camera) bool { return hidden.ID == c.ID }))
		}
	}
	return moved
}

// build makes the rows.
func (h *hiding) build() {
	h.checks = map[string]*kit.Check{}
	h.list.RemoveAll()
	if len(h.shown) > 0 {
		h.list.Add(kit.NewCaption(lang.L("Cameras to choose from")))
	}
	for _, c := range h.shown {
		check := kit.NewCheck(h.label(c), func(show bool) {
			h.hold.Begin()
			h.program.HideCamera(c, !show)
		})
		check.OnFocus = func(o fyne.CanvasObject) { h.focused(o) }
		h.checks[c.ID] = check
		h.list.Add(kit.NewTick(check))
	}
}
