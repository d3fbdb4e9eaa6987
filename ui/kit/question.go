package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Question is a dialog over the window. It does not remember what was typed into it,
// which may be a secret.
type Question struct {
	sheet      *Sheet
	ok, Cancel *Button
}

// NewQuestion makes a dialog that calls answered when the user presses OK, whose button
// shows okWord. Ask shows it.
func NewQuestion(okWord string, answered func()) *Question {
	q := &Question{}
	q.ok = NewButton(okWord, okWord, func() {
		q.Close()
		answered()
	})
	q.ok.Icon = theme.ConfirmIcon()
	q.ok.Importance = widget.HighImportance
	q.Cancel = NewButton(lang.L("Cancel"), lang.L("Cancel"), q.Close)
	q.Cancel.Icon = theme.CancelIcon()
	return q
}

// Entry makes an entry that must not be empty for OK. Enter presses OK, Escape Cancel.
func (q *Question) Entry(placeHolder string) *PromptEntry {
	e := &PromptEntry{closed: q.Close}
	e.PlaceHolder = placeHolder
	e.OnChanged = func(text string) { SetEnabled(q.ok, strings.TrimSpace(text) != "") }
	e.OnSubmitted = func(string) {
		if !q.ok.Disabled() {
			q.ok.OnTapped()
		}
	}
	e.ExtendBaseWidget(e)
	q.ok.Disable()
	return e
}

// Ask shows the dialog: the rows above the buttons, at most width wide, with the keyboard
// focus at first.
func (q *Question) Ask(c fyne.Canvas, width float32, first fyne.Focusable, rows ...fyne.CanvasObject) {
	rows = append(rows, container.NewHBox(layout.NewSpacer(), q.Cancel, q.ok))
	q.sheet = NewSheet(c, container.NewVBox(rows...), fyne.NewSize(width, 0))
	q.sheet.Open(first)
}

// Close closes the dialog without an answer.
func (q *Question) Close() { q.sheet.Close() }

// Relayout lays out the rows after one of them has changed its size.
func (q *Question) Relayout() { q.sheet.Relayout() }

// NewTitle makes the heading of a dialog.
func NewTitle(text string) *widget.Label {
	title := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.Truncation = fyne.TextTruncateEllipsis
	return title
}

// NewWords makes a paragraph of a dialog.
func NewWords(text string) *widget.Label {
	words := widget.NewLabel(text)
	words.Importance = widget.LowImportance
	words.Wrapping = fyne.TextWrapWord
	return words
}

// PromptEntry is the entry of a Question.
type PromptEntry struct {
	widget.Entry
	closed  func()
	focused bool
}

// FocusGained is called by Fyne.
func (e *PromptEntry) FocusGained() {
	e.focused = true
	e.Entry.FocusGained()
}

// FocusLost is called by Fyne.
func (e *PromptEntry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
}

// CreateRenderer is called by Fyne.
func (e *PromptEntry) CreateRenderer() fyne.WidgetRenderer {
	return newRinged(e.Entry.CreateRenderer(), e, func() bool { return e.focused })
}

// TypedKey is called by Fyne.
func (e *PromptEntry) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		e.closed()
		return
	}
	e.Entry.TypedKey(key)
}

// AccessibilityLabel returns what a screen reader says.
func (e *PromptEntry) AccessibilityLabel() string { return e.PlaceHolder }

// AccessibilityRole returns the text's role: Fyne has no role for entries.
func (e *PromptEntry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
