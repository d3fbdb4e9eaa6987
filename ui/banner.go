package ui

import (
	"cmp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// banner shows a problem for as long as it lasts: one that the program reports, or else
// one of the window itself.
type banner struct {
	panel  *kit.Panel
	words  *widget.Label
	copyIt *kit.CopyButton // copies the command in it
	moved  func()          // is called when the banner has changed its height

	problem, own string
}

func newBanner(a fyne.App, moved func()) *banner {
	words := widget.NewLabel("")
	words.Wrapping = fyne.TextWrapWord
	icon := widget.NewIcon(theme.NewWarningThemedResource(theme.WarningIcon()))
	b := &banner{words: words, moved: moved}
	b.copyIt = kit.NewCopyButton(a, lang.L("Copy command"), lang.L("Copy the command"), func() string { return b.command() })
	b.panel = kit.NewPanel(kit.ColorProblem, container.NewBorder(nil, nil, icon, container.NewCenter(b.copyIt), words))
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

// setNarrow leaves the button its icon only.
func (b *banner) setNarrow(narrow bool) {
	b.copyIt.SetWords(unless(narrow, lang.L("Copy command")))
}

// note shows a problem of the window itself; the empty text ends it.
func (b *banner) note(trouble string) {
	b.own = trouble
	b.draw()
}

func (b *banner) draw() {
	words := cmp.Or(toldEach(b.problem), b.own)
	if words == b.words.Text {
		return
	}
	b.words.SetText(words)
	kit.SetVisible(b.copyIt, b.command() != "")
	kit.SetVisible(b.panel, words != "")
	b.moved()
}

// command returns the command that a problem offers, which stands behind "with: " in
// English.
func (b *banner) command() string { return commandIn(b.problem) }

func commandIn(problem string) string {
	_, command, _ := strings.Cut(problem, "with: ")
	command, _, _ = strings.Cut(command, "\n")
	return command
}
