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
	entered  func(text string)
	optional bool   // empty is a text like any other
	kept     string // as the program has it

	editing bool
	before  string // the text as the edit began
	focused attention
}

func newLineEntry(placeHolder string, entered func(text string)) *lineEntry {
	e := &lineEntry{entered: entered}
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
	if !e.editing && e.Text != text {
		e.SetText(text)
	}
}

// FocusGained is called by Fyne.
func (e *lineEntry) FocusGained() {
	e.editing, e.before = true, e.Text
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
	if typed == e.before || typed == "" && !e.optional {
		e.set(e.kept)
		return
	}
	e.kept = typed
	e.SetText(typed)
	e.entered(typed)
}

// AccessibilityLabel is what a screen reader says.
func (e *lineEntry) AccessibilityLabel() string { return e.PlaceHolder + ": " + e.Text }

// AccessibilityRole is text: Fyne has no role for entries.
func (e *lineEntry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
