package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// lineEntry edits a line that the program keeps. The text counts when Enter is
// pressed or the focus leaves; Escape takes the edit back. What the program says
// meanwhile waits, so that it does not overwrite what is being typed.
type lineEntry struct {
	widget.Entry
	name     string // what a screen reader calls it
	entered  func(text string)
	optional bool   // empty is a text like any other
	kept     string // as the program has it
	// take stands in for entered where not every text will do: it gets the text as it
	// was typed, and returns why it cannot be taken. The text then waits to be
	// corrected. refused is told why, and nil once that is over.
	take    func(text string) error
	refused func(why error)
	wrong   bool

	editing bool
	before  string // the text as the edit began
	focused attention
}

func newLineEntry(placeHolder string, entered func(text string)) *lineEntry {
	e := &lineEntry{name: placeHolder, entered: entered}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeHolder
	e.OnSubmitted = func(string) { e.leave() }
	return e
}

// drawn is the entry as it is put into a window.
func (e *lineEntry) drawn() fyne.CanvasObject { return container.NewThemeOverride(e, ofLine{}) }

// set follows the program.
func (e *lineEntry) set(text string) {
	e.kept = text
	if !e.editing && !e.wrong && e.Text != text {
		e.SetText(text)
	}
}

// FocusGained is called by Fyne.
func (e *lineEntry) FocusGained() {
	e.editing, e.before = true, e.Text
	if e.wrong {
		e.before = e.kept
	}
	e.Entry.FocusGained()
	e.focused.to(e)
}

// FocusLost is called by Fyne, also when the window loses the focus.
func (e *lineEntry) FocusLost() {
	e.Entry.FocusLost()
	if e.editing {
		e.editing = false
		e.commit()
	}
}

// TypedKey is called by Fyne.
func (e *lineEntry) TypedKey(key *fyne.KeyEvent) {
	if key.Name != fyne.KeyEscape {
		e.Entry.TypedKey(key)
		return
	}
	e.SetText(e.before)
	e.leave()
}

// leave gives the focus away, which ends the edit.
func (e *lineEntry) leave() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Unfocus()
	}
}

// commit hands over a new text. One that was left alone, or emptied where it
// must not be, becomes the program's again.
func (e *lineEntry) commit() {
	typed := strings.TrimSpace(e.Text)
	switch {
	case e.take != nil && e.Text != e.before:
		e.try(typed)
	case typed == e.before || typed == "" && !e.optional:
		e.settle(e.kept)
	default:
		e.settle(typed)
		e.entered(typed)
	}
}

// try hands over a text that may be refused.
func (e *lineEntry) try(typed string) {
	if why := e.take(e.Text); why != nil {
		e.wrong = true
		e.refused(why)
		return
	}
	e.settle(typed)
}

// settle shows what is kept from now on.
func (e *lineEntry) settle(text string) {
	if e.wrong {
		e.wrong = false
		e.refused(nil)
	}
	e.set(text)
}

// AccessibilityLabel is what a screen reader says.
func (e *lineEntry) AccessibilityLabel() string {
	if e.Password && e.Text != "" {
		return e.name + ": hidden"
	}
	return e.name + ": " + e.Text
}

// AccessibilityRole is text: Fyne has no role for entries.
func (e *lineEntry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
