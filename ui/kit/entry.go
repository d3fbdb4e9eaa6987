package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// LineEntry edits a line that the program keeps. The text counts when Enter is
// pressed or the focus leaves; Escape takes the edit back. What the program says
// meanwhile waits, so that it does not overwrite what is being typed.
type LineEntry struct {
	widget.Entry
	Name     string // what a screen reader calls it
	entered  func(text string)
	Optional bool   // empty is a text like any other
	kept     string // as the program has it
	// Take stands in for entered where not every text will do: it gets the text as it
	// was typed, and returns why it cannot be taken. The text then waits to be
	// corrected. Refused is told why, and nil once that is over.
	Take    func(text string) error
	Refused func(why error)
	wrong   bool

	editing bool
	before  string // the text as the edit began
	OnFocus FocusFunc
}

func NewLineEntry(placeHolder string, entered func(text string)) *LineEntry {
	e := &LineEntry{Name: placeHolder, entered: entered}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeHolder
	e.OnSubmitted = func(string) { e.leave() }
	return e
}

// Drawn is the entry as it is put into a window.
func (e *LineEntry) Drawn() fyne.CanvasObject { return container.NewThemeOverride(e, ofLine{}) }

// Set follows the program.
func (e *LineEntry) Set(text string) {
	e.kept = text
	if !e.editing && !e.wrong && e.Text != text {
		e.SetText(text)
	}
}

// FocusGained is called by Fyne.
func (e *LineEntry) FocusGained() {
	e.editing, e.before = true, e.Text
	if e.wrong {
		e.before = e.kept
	}
	e.Entry.FocusGained()
	e.OnFocus.call(e)
}

// FocusLost is called by Fyne, also when the window loses the focus.
func (e *LineEntry) FocusLost() {
	e.Entry.FocusLost()
	if e.editing {
		e.editing = false
		e.commit()
	}
}

// TypedKey is called by Fyne.
func (e *LineEntry) TypedKey(key *fyne.KeyEvent) {
	if key.Name != fyne.KeyEscape {
		e.Entry.TypedKey(key)
		return
	}
	e.SetText(e.before)
	e.leave()
}

// leave gives the focus away, which ends the edit.
func (e *LineEntry) leave() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Unfocus()
	}
}

// commit hands over a new text. One that was left alone, or emptied where it
// must not be, becomes the program's again.
func (e *LineEntry) commit() {
	typed := strings.TrimSpace(e.Text)
	switch {
	case e.Take != nil && e.Text != e.before:
		e.try(typed)
	case typed == e.before || typed == "" && !e.Optional:
		e.settle(e.kept)
	default:
		e.settle(typed)
		e.entered(typed)
	}
}

// try hands over a text that may be refused.
func (e *LineEntry) try(typed string) {
	if why := e.Take(e.Text); why != nil {
		e.wrong = true
		e.Refused(why)
		return
	}
	e.settle(typed)
}

// settle shows what is kept from now on.
func (e *LineEntry) settle(text string) {
	if e.wrong {
		e.wrong = false
		e.Refused(nil)
	}
	e.Set(text)
}

// AccessibilityLabel is what a screen reader says.
func (e *LineEntry) AccessibilityLabel() string {
	if e.Password && e.Text != "" {
		return e.Name + ": hidden"
	}
	return e.Name + ": " + e.Text
}

// AccessibilityRole is text: Fyne has no role for entries.
func (e *LineEntry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
