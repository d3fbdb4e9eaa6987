package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Accessible = (*button)(nil)
	_ desktop.Keyable = (*button)(nil)
)

// button is Fyne's Button with a name for screen readers, where what it shows is an
// icon or says nothing of whom it is about. Fyne's gives the keyboard away as it is
// pressed by a key: this one keeps it, and takes Enter too.
type button struct {
	widget.Button
	name    string
	focused attention
	escaped func() // is called for Escape; may be nil
	has     bool   // the keyboard
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
	b.has = true
	b.Button.FocusGained()
	b.focused.to(b)
}

// FocusLost is called by Fyne.
func (b *button) FocusLost() {
	b.has = false
	b.Button.FocusLost()
}

func (b *button) isFocused() bool { return b.has }

// KeyDown comes once a key press; TypedKey would come again and again while the key is held.
func (b *button) KeyDown(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !b.Disabled() {
			b.OnTapped()
		}
	case fyne.KeyEscape:
		if b.escaped != nil {
			b.escaped()
		}
	}
}

// KeyUp is asked for by Fyne's interface.
func (b *button) KeyUp(*fyne.KeyEvent) {}

// TypedKey is asked for by fyne.Focusable; see KeyDown.
func (b *button) TypedKey(*fyne.KeyEvent) {}

// AccessibilityLabel is what a screen reader says.
func (b *button) AccessibilityLabel() string { return b.name }
