package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Accessible = (*Button)(nil)
	_ desktop.Keyable = (*Button)(nil)
)

// Button is Fyne's Button with a name for screen readers, for buttons that show only
// an icon, or whose text does not say what they act on; a tooltip shows it too. Fyne's
// loses the keyboard focus when it is pressed by a key; this one keeps it, and takes
// Enter too.
type Button struct {
	widget.Button
	Name    string
	Keys    string // that do the same wherever the focus is, "Ctrl+S"; empty for none
	OnFocus FocusFunc
	focused bool
	self    fyne.CanvasObject // the button, or what it is embedded in
}

// NewButton makes a button with a text; a screen reader says name.
func NewButton(text, name string, tapped func()) *Button {
	b := &Button{Name: name}
	b.self, b.Text, b.OnTapped = b, text, tapped
	b.ExtendBaseWidget(b)
	return b
}

// NewIconButton makes a button with an icon; a screen reader says name.
func NewIconButton(name string, icon fyne.Resource, tapped func()) *Button {
	b := NewButton("", name, tapped)
	b.Icon = icon
	return b
}

// FocusGained is called by Fyne.
func (b *Button) FocusGained() {
	b.focused = true
	b.Button.FocusGained()
	b.OnFocus.call(b.self)
}

// FocusLost is called by Fyne.
func (b *Button) FocusLost() {
	b.focused = false
	b.Button.FocusLost()
}

func hasFocus(b *Button) bool { return b.focused }

// KeyDown is called by Fyne once for each press; TypedKey repeats while the key is held.
func (b *Button) KeyDown(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !b.Disabled() {
			b.OnTapped()
		}
	default:
		passOn(b.self, key)
	}
}

// MouseIn is called by Fyne.
func (b *Button) MouseIn(e *desktop.MouseEvent) {
	b.Button.MouseIn(e)
	if name := b.Name; name != b.Text || b.Keys != "" {
		pointAt(b.self, name, b.Keys)
	}
}

// MouseOut is called by Fyne.
func (b *Button) MouseOut() {
	b.Button.MouseOut()
	pointAway(b.self)
}

// Tapped is called by Fyne.
func (b *Button) Tapped(e *fyne.PointEvent) {
	pointAway(b.self)
	b.Button.Tapped(e)
}

// CreateRenderer is called by Fyne.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	return newRinged(b.Button.CreateRenderer(), b, func() bool { return b.focused })
}

// KeyUp does nothing; desktop.Keyable needs it.
func (b *Button) KeyUp(*fyne.KeyEvent) {}

// TypedKey does nothing; see KeyDown.
func (b *Button) TypedKey(*fyne.KeyEvent) {}

// AccessibilityLabel returns what a screen reader says.
func (b *Button) AccessibilityLabel() string { return b.Name }
