package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// picker is the dropdown of the cameras. Cameras that come and go do not change the
// user's choice. It calls choose only when the user chooses.
type picker struct {
	menu   *kit.Dropdown[string] // of IDs
	choose func(id string)
	chosen string

	// A camera keeps its label as long as the window is open, and no label is used twice,
	// so that a menu that was opened before the cameras changed is still right.
	labels map[Camera]string
	ids    map[string]string // by label
}

// newPicker makes a picker; other is called when the user wants a camera that is not listed.
func newPicker(choose func(id string), other func()) *picker {
	p := &picker{choose: choose, labels: map[Camera]string{}, ids: map[string]string{}}
	p.menu = kit.NewDropdown(lang.L("Camera"), p.picked)
	p.menu.PlaceHolder = lang.L("No camera found")
	p.menu.More = fyne.NewMenuItem(lang.L("Other camera…"), other)
	return p
}

// picked is called when the user picks a camera. It may be the chosen one, or one that is
// gone since the menu was opened; then the next State corrects the choice.
func (p *picker) picked(id string) {
	if id == p.chosen {
		return
	}
	p.chosen = id
	for _, c := range p.menu.Choices {
		if c.Value == id {
			p.menu.Set(p.menu.Choices, c.Label)
		}
	}
	p.choose(id)
}

// show draws the state.
func (p *picker) show(s State) {
	var choices []kit.Choice[string]
	selected := ""
	for _, c := range s.Cameras {
		label := p.label(c)
		if s.isHidden(c.ID) {
			continue
		}
		choices = append(choices, kit.Choice[string]{Label: label, Value: c.ID})
		if c.ID == s.Chosen {
			selected = label
		}
	}
	if selected == "" && s.Chosen != "" {
		selected = p.unplugged(Camera{ID: s.Chosen, Name: s.chosenName()})
		choices = append(choices, kit.Choice[string]{Label: selected, Value: s.Chosen})
	}
	p.chosen = s.Chosen
	p.invite(len(choices) > 0)
	p.menu.Set(choices, selected)
}

// invite sets the words that are shown while no camera is chosen.
func (p *picker) invite(any bool) {
	words := lang.L("No camera found")
	if any {
		words = lang.L("Choose a camera")
	}
	if p.menu.PlaceHolder != words {
		p.menu.PlaceHolder = words
		p.menu.Refresh()
	}
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
	label := lang.L("{{.Camera}} (unplugged)", map[string]any{"Camera": p.label(c)})
	p.ids[label] = c.ID
	return label
}
