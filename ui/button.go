package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var _ fyne.Accessible = (*button)(nil)

// button is Fyne's Button with a name for screen readers, where what it shows is an
// icon or says nothing of whom it is about.
type button struct {
	widget.Button
	name    string
	focused attention
	escaped func() // is called for Escape; may be nil
}

func newButton(text, name string, tapped func()) *button {
	b := &button{name: name}
	b.Text, b.OnTapped = text, tapped
	b.ExtendBaseWidget(b)
	return b
}

func newIconButton(name string, icon fyne.Resource, tapped func()) *button {
	b := newButton("", name, tapped)
	b.Icon = icon
	return b
}

// newGear is a button that opens and closes settings.
func newGear(name string, tapped func()) *button {
	return newIconButton(name, theme.SettingsIcon(), tapped)
}

// FocusGained is called by Fyne.
func (b *button) FocusGained() {
	b.Button.FocusGained()
	b.focused.to(b)
}

// TypedKey is called by Fyne.
func (b *button) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape && b.escaped != nil {
		b.escaped()
		return
	}
	b.Button.TypedKey(key)
}

// AccessibilityLabel is what a screen reader says.
func (b *button) AccessibilityLabel() string { return b.name }
