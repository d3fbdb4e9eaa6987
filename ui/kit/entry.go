package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// LineEntry edits a line of text that the program keeps. The edit ends when Enter is
// pressed or the focus is lost; Escape undoes it. A value that the program sets during
// an edit is shown after it, so that it does not overwrite what is being typed.
type LineEntry struct {
	widget.Entry
	Name     string // what a screen reader calls it
	entered  func(text string)
	Optional bool   // the text may be empty
	kept     string // the last value from the program
	// Take is called instead of entered where not every text is valid. It gets the text
	// as typed and returns why it is invalid; the text then stays to be corrected.
	// Refused is called with that error, and with nil once it no longer applies.
	Take    func(text string) error
	Refused func(why error)
	wrong   bool
	// Ask is Take for a question that takes time. The text stays until answer is called, on
	// the UI goroutine and once; only the answer to the last question counts.
	Ask     func(text string, answer func(why error))
	asked   int    // questions
	asking  string // the text of the last one
	waiting bool   // for its answer

	editing bool
	before  string // the text when the edit began
	OnFocus FocusFunc
}

// NewLineEntry makes an entry that calls entered with a new text.
func NewLineEntry(placeHolder string, entered func(text string)) *LineEntry {
	e := &LineEntry{Name: placeHolder, entered: entered}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeHolder
	e.OnSubmitted = func(string) { e.leave() }
	return e
}

// Drawn returns the entry in its theme, to be put into a window.
func (e *LineEntry) Drawn() fyne.CanvasObject { return container.NewThemeOverride(e, ofLine{}) }

// Set shows a value from the program.
func (e *LineEntry) Set(text string) {
	e.kept = text
	if !e.editing && !e.wrong && !e.waiting && e.Text != text {
		e.SetText(text)
	}
}

// Enter has a text asked about that was chosen elsewhere.
func (e *LineEntry) Enter(text string) {
	e.SetText(text)
	e.ask(text)
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

// KeyDown is called by Fyne before TypedKey.
func (e *LineEntry) KeyDown(key *fyne.KeyEvent) {
	e.Entry.KeyDown(key)
	if key.Name != fyne.KeyEscape {
		passOnSpecial(e, key)
	}
}

// TypedShortcut is called by Fyne, with the window's shortcuts too.
func (e *LineEntry) TypedShortcut(s fyne.Shortcut) {
	if !typeShortcut(e, s) {
		e.Entry.TypedShortcut(s)
	}
}

// CreateRenderer is called by Fyne.
func (e *LineEntry) CreateRenderer() fyne.WidgetRenderer {
	return newRinged(e.Entry.CreateRenderer(), e, func() bool { return e.editing })
}

// leave gives up the focus, which ends the edit.
func (e *LineEntry) leave() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Unfocus()
	}
}

// commit passes on a new text. A text that was not changed, or is empty and must not
// be, is replaced by the program's.
func (e *LineEntry) commit() {
	typed := strings.TrimSpace(e.Text)
	switch {
	case e.Ask != nil && (e.Text != e.before || e.waiting):
		if !e.waiting || typed != e.asking {
			e.ask(typed)
		}
	case e.Take != nil && e.Text != e.before:
		e.try(typed)
	case typed == e.before || typed == "" && !e.Optional:
		e.settle(e.kept)
	default:
		e.settle(typed)
		e.entered(typed)
	}
}

// try passes on a text that may be invalid.
func (e *LineEntry) try(typed string) {
	if why := e.Take(e.Text); why != nil {
		e.wrong = true
		e.Refused(why)
		return
	}
	e.settle(typed)
}

// ask passes on a text, and waits for the answer without holding up the window. What was said of
// another text is gone.
func (e *LineEntry) ask(text string) {
	if e.wrong {
		e.wrong = false
		e.Refused(nil)
	}
	e.asked++
	question := e.asked
	e.waiting, e.asking = true, text
	e.Ask(text, func(why error) {
		if question != e.asked {
			return
		}
		e.waiting = false
		if why != nil {
			e.wrong, e.before = true, e.kept
			e.Refused(why)
			return
		}
		e.settle(text)
	})
}

// settle shows a valid text.
func (e *LineEntry) settle(text string) {
	if e.wrong {
		e.wrong = false
		e.Refused(nil)
	}
	e.Set(text)
}

// AccessibilityLabel returns what a screen reader says.
func (e *LineEntry) AccessibilityLabel() string {
	if e.Password && e.Text != "" {
		return lang.L("{{.Name}}: hidden", map[string]any{"Name": e.Name})
	}
	return e.Name + ": " + e.Text
}

// AccessibilityRole returns the text's role: Fyne has no role for entries.
func (e *LineEntry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
