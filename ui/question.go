package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// question is a dialog over the window. Nothing of what is typed into it is kept: it
// may be a secret.
type question struct {
	popup      *widget.PopUp
	ok, cancel *widget.Button
}

// newQuestion makes one that calls answered when it is closed with OK, which is
// called by another word. It is shown by ask.
func newQuestion(okWord string, answered func()) *question {
	q := &question{}
	q.ok = widget.NewButtonWithIcon(okWord, theme.ConfirmIcon(), func() {
		q.close()
		answered()
	})
	q.ok.Importance = widget.HighImportance
	q.cancel = widget.NewButtonWithIcon("Cancel", theme.CancelIcon(), q.close)
	return q
}

// entry makes one without whose text there is no OK. Enter stands for OK, Escape for Cancel.
func (q *question) entry(placeHolder string) *promptEntry {
	e := &promptEntry{closed: q.close}
	e.PlaceHolder = placeHolder
	e.OnChanged = func(text string) { setEnabled(q.ok, strings.TrimSpace(text) != "") }
	e.OnSubmitted = func(string) {
		if !q.ok.Disabled() {
			q.ok.OnTapped()
		}
	}
	e.ExtendBaseWidget(e)
	q.ok.Disable()
	return e
}

// ask shows the rows above the buttons, at most so wide, with the keyboard at one of them.
func (q *question) ask(c fyne.Canvas, width float32, first fyne.Focusable, rows ...fyne.CanvasObject) {
	rows = append(rows, container.NewHBox(layout.NewSpacer(), q.cancel, q.ok))
	q.popup = widget.NewModalPopUp(container.New(layout.NewCustomPaddedLayout(4, 12, 12, 12), container.NewVBox(rows...)), c)
	q.popup.Resize(fyne.NewSize(min(width, c.Size().Width-40), 0))
	q.popup.Show()
	c.Focus(first)
}

func (q *question) close() { q.popup.Hide() }

func newDialogTitle(text string) *widget.Label {
	title := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.Truncation = fyne.TextTruncateEllipsis
	return title
}

func newDialogWords(text string) *widget.Label {
	words := widget.NewLabel(text)
	words.Importance = widget.LowImportance
	words.Wrapping = fyne.TextWrapWord
	return words
}

// promptEntry is an entry that Escape closes.
type promptEntry struct {
	widget.Entry
	closed func()
}

// TypedKey is called by Fyne.
func (e *promptEntry) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		e.closed()
		return
	}
	e.Entry.TypedKey(key)
}

// AccessibilityLabel is what a screen reader says.
func (e *promptEntry) AccessibilityLabel() string { return e.PlaceHolder }

// AccessibilityRole is text: Fyne has no role for entries.
func (e *promptEntry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
