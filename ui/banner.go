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
	copyIt *kit.CopyButton // copies the command or the address in it
	moved  func()          // is called when the banner has changed its height
	narrow bool

	problem, own string
}

func newBanner(a fyne.App, moved func()) *banner {
	words := widget.NewLabel("")
	words.Wrapping = fyne.TextWrapWord
	icon := widget.NewIcon(theme.NewWarningThemedResource(theme.WarningIcon()))
	b := &banner{words: words, moved: moved}
	b.copyIt = kit.NewCopyButton(a, lang.L("Copy command"), lang.L("Copy the command"), func() string { return copyable(b.problem) })
	b.panel = kit.NewPanel(kit.ColorProblem, container.NewBorder(nil, nil, icon, container.NewCenter(b.copyIt), words))
	b.panel.Hide()
	return b
}

// show draws the state.
func (b *banner) show(s State) {
	b.problem = s.Problem
	b.draw()
}

// setNarrow leaves the button its icon only.
func (b *banner) setNarrow(narrow bool) {
	b.narrow = narrow
	words := lang.L("Copy command")
	if addressIn(b.problem) != "" {
		words = lang.L("Copy address")
	}
	b.copyIt.SetWords(unless(narrow, words))
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
	b.setNarrow(b.narrow)
	kit.SetVisible(b.copyIt, copyable(b.problem) != "")
	kit.SetVisible(b.panel, words != "")
	b.moved()
}

// copyable returns the command or the address that a problem offers. The problem is in
// English.
func copyable(problem string) string { return cmp.Or(commandIn(problem), addressIn(problem)) }

// commandIn returns the command that stands behind "with: ".
func commandIn(problem string) string { return behind(problem, "with: ") }

// addressIn returns the address that stands behind "in one: ".
func addressIn(problem string) string { return behind(problem, "in one: ") }

func behind(problem, words string) string {
	_, rest, _ := strings.Cut(problem, words)
	rest, _, _ = strings.Cut(rest, "\n")
	return rest
}
