package ui

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2/widget"
)

// picker is the dropdown of the cameras. It follows cameras that come and go
// without touching the user's choice, and calls choose for a choice of the user only.
type picker struct {
	menu   *widget.Select
	choose func(id string)
	chosen string

	// A camera keeps its label for as long as the window is open, and no label is
	// given twice: a menu that stood open while cameras changed still means what it says.
	labels map[Camera]string
	ids    map[string]string // by label
}

func newPicker(choose func(id string)) *picker {
	p := &picker{choose: choose, labels: map[Camera]string{}, ids: map[string]string{}}
	p.menu = widget.NewSelect(nil, p.picked)
	p.menu.PlaceHolder = noCameraFound
	return p
}

// picked is called by Select when the user picks, also what is chosen already.
func (p *picker) picked(label string) {
	id, known := p.ids[label]
	if !known || id == p.chosen {
		return
	}
	p.chosen = id
	p.choose(id)
}

// show follows the state of the program.
func (p *picker) show(s State) {
	var options []string
	selected := ""
	for _, c := range s.Cameras {
		label := p.label(c)
		options = append(options, label)
		if c.ID == s.Chosen {
			selected = label
		}
	}
	if selected == "" && s.Chosen != "" {
		selected = p.unplugged(Camera{ID: s.Chosen, Name: s.chosenName()})
		options = append(options, selected)
	}
	p.chosen = s.Chosen
	p.set(options, selected)
}

// set changes what Select shows by its fields: SetSelected would call picked.
func (p *picker) set(options []string, selected string) {
	if slices.Equal(options, p.menu.Options) && selected == p.menu.Selected {
		return
	}
	p.menu.PlaceHolder = "Choose a camera"
	if len(options) == 0 {
		p.menu.PlaceHolder = noCameraFound
	}
	p.menu.Selected = selected
	p.menu.SetOptions(options)
}

// label names a camera. The second of two with the same name is "NAME (2)".
func (p *picker) label(c Camera) string {
	if label, ok := p.labels[c]; ok {
		return label
	}
	label := c.Name
	for n := 2; p.taken(label, c.ID); n++ {
		label = fmt.Sprintf("%s (%d)", c.Name, n)
	}
	p.labels[c], p.ids[label] = label, c.ID
	return label
}

func (p *picker) taken(label, id string) bool {
	owner, ok := p.ids[label]
	return ok && owner != id
}

func (p *picker) unplugged(c Camera) string {
	label := p.label(c) + " (unplugged)"
	p.ids[label] = c.ID
	return label
}
