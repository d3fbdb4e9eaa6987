package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// askForCamera asks for a camera that is in no list, and calls open with what was
// typed. Nothing of it is kept: it may hold a password.
func askForCamera(window fyne.Window, open func(choice string)) {
	var asking *widget.PopUp
	address := &promptEntry{closed: func() { asking.Hide() }}
	ok := widget.NewButtonWithIcon("OK", theme.ConfirmIcon(), func() {
		asking.Hide()
		open(strings.TrimSpace(address.Text))
	})
	ok.Importance = widget.HighImportance
	ok.Disable()
	address.PlaceHolder = "Address or file"
	address.OnChanged = func(text string) { setEnabled(ok, strings.TrimSpace(text) != "") }
	address.OnSubmitted = func(string) {
		if !ok.Disabled() {
			ok.OnTapped()
		}
	}
	address.ExtendBaseWidget(address)
	cancel := widget.NewButtonWithIcon("Cancel", theme.CancelIcon(), func() { asking.Hide() })
	examples := widget.NewLabel("A camera on the network, a film, or a program that writes pictures:\n" +
		"http://192.168.1.50/video\nopencv:/path/film.mp4\ncommand:ffmpeg …")
	examples.Importance = widget.LowImportance
	examples.Wrapping = fyne.TextWrapWord
	title := widget.NewLabelWithStyle("Other camera", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	buttons := container.NewHBox(layout.NewSpacer(), cancel, ok)
	asking = widget.NewModalPopUp(container.New(layout.NewCustomPaddedLayout(4, 12, 12, 12),
		container.NewVBox(title, address, examples, buttons)), window.Canvas())
	asking.Resize(fyne.NewSize(min(520, window.Canvas().Size().Width-40), 0))
	asking.Show()
	window.Canvas().Focus(address)
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
