package ui

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// banner shows a problem for as long as it lasts: one that the program reports, or else
// one of the window itself.
type banner struct {
	panel *kit.Panel
	words *widget.Label
	moved func() // is called when the banner has changed its height

	problem, own string
}

func newBanner(moved func()) *banner {
	words := widget.NewLabel("")
	words.Wrapping = fyne.TextWrapWord
	words.Selectable = true // it may hold a command to copy
	icon := widget.NewIcon(theme.NewWarningThemedResource(theme.WarningIcon()))
	b := &banner{words: words, moved: moved, panel: kit.NewPanel(kit.ColorProblem, container.NewBorder(nil, nil, icon, nil, words))}
	b.panel.Hide()
	return b
}

// show draws the state.
func (b *banner) show(s State) {
	b.problem = s.Problem
	if !s.Sharing { // the window's own problems are about the link
		b.own = ""
	}
	b.draw()
}

// note shows a problem of the window itself; the empty text ends it.
func (b *banner) note(trouble string) {
	b.own = trouble
	b.draw()
}

func (b *banner) draw() {
	words := capital(cmp.Or(b.problem, b.own))
	if words == b.words.Text {
		return
	}
	b.words.SetText(words)
	kit.SetVisible(b.panel, words != "")
	b.moved()
}
