package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Accessible = (*Button)(nil)
	_ desktop.Keyable = (*Button)(nil)
)

// Button is Fyne's Button with a name for screen readers, where what it shows is an
// icon or says nothing of whom it is about. Fyne's gives the keyboard away as it is
// pressed by a key: this one keeps it, and takes Enter too.
type Button struct {
	widget.Button
	Name     string
	OnFocus  FocusFunc
	OnEscape func() // is called for Escape; may be nil
	has      bool   // the keyboard
}

func NewButton(text, name string, tapped func()) *Button {
	b := &Button{Name: name}
	b.Text, b.OnTapped = text, tapped
	b.ExtendBaseWidget(b)
	return b
}

func NewIconButton(name string, icon fyne.Resource, tapped func()) *Button {
	b := NewButton("", name, tapped)
	b.Icon = icon
	return b
}

// NewGear is a button that opens and closes settings.
func NewGear(name string, tapped func()) *Button {
	return NewIconButton(name, theme.SettingsIcon(), tapped)
}

// FocusGained is called by Fyne.
func (b *Button) FocusGained() {
	b.has = true
	b.Button.FocusGained()
	b.OnFocus.call(b)
}

// FocusLost is called by Fyne.
func (b *Button) FocusLost() {
	b.has = false
	b.Button.FocusLost()
}

func (b *Button) isFocused() bool { return b.has }

// KeyDown comes once a key press; TypedKey would come again and again while the key is held.
func (b *Button) KeyDown(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !b.Disabled() {
			b.OnTapped()
		}
	case fyne.KeyEscape:
		if b.OnEscape != nil {
			b.OnEscape()
		}
	}
}

// KeyUp is asked for by Fyne's interface.
func (b *Button) KeyUp(*fyne.KeyEvent) {}

// TypedKey is asked for by fyne.Focusable; see KeyDown.
func (b *Button) TypedKey(*fyne.KeyEvent) {}

// AccessibilityLabel is what a screen reader says.
func (b *Button) AccessibilityLabel() string { return b.Name }
