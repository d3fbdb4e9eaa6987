package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// nameEntry edits the stream's name. The name counts when Enter is pressed or
// the focus leaves; Escape takes the edit back. What the program says meanwhile
// waits, so that it does not overwrite what is being typed.
type nameEntry struct {
	widget.Entry
	rename func(name string)
	name   string // as the program has it

	editing bool
	before  string // the text as the edit began
}

func newNameEntry(rename func(name string)) *nameEntry {
	e := &nameEntry{rename: rename}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = "Name on the network"
	e.OnSubmitted = func(string) { e.leave() }
	return e
}

// set follows the program.
func (e *nameEntry) set(name string) {
	e.name = name
	if !e.editing && e.Text != name {
		e.SetText(name)
	}
}

// FocusGained is called by Fyne.
func (e *nameEntry) FocusGained() {
	e.editing, e.before = true, e.Text
	e.Entry.FocusGained()
}

// FocusLost is called by Fyne, also when the window loses the focus.
func (e *nameEntry) FocusLost() {
	e.Entry.FocusLost()
	if e.editing {
		e.editing = false
		e.commit()
	}
}

// TypedKey is called by Fyne.
func (e *nameEntry) TypedKey(key *fyne.KeyEvent) {
	if key.Name != fyne.KeyEscape {
		e.Entry.TypedKey(key)
		return
	}
	e.SetText(e.before)
	e.leave()
}

// leave gives the focus away, which ends the edit.
func (e *nameEntry) leave() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Unfocus()
	}
}

// commit hands over a new name. One that was left alone or emptied becomes the program's again.
func (e *nameEntry) commit() {
	typed := strings.TrimSpace(e.Text)
	if typed == "" || typed == e.before {
		e.set(e.name)
		return
	}
	e.name = typed
	e.SetText(typed)
	e.rename(typed)
}
