package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Focusable   = (*threshold)(nil)
	_ fyne.Disableable = (*threshold)(nil)
	_ desktop.Keyable  = (*threshold)(nil)
)

// threshold has the keyboard focus when a side was opened by a key, so that Tab goes to the
// side's first row. It is not seen, uses no key itself, and counts as disabled while it
// has not the focus: Tab passes over what is disabled.
type threshold struct {
	widget.BaseWidget
	canvas  fyne.Canvas // of the last enter
	focused bool
}

func newThreshold() *threshold {
	t := &threshold{}
	t.ExtendBaseWidget(t)
	return t
}

// enter takes the focus on a canvas, which Fyne cannot tell before it has drawn the side.
func (t *threshold) enter(c fyne.Canvas) {
	t.canvas, t.focused = c, true // or Fyne would refuse the focus
	c.Focus(t)
}

// leave gives up the focus, which a sheet over the side may have meanwhile.
func (t *threshold) leave() {
	if t.focused && t.canvas.Focused() == t {
		t.canvas.Unfocus()
	}
	t.focused = false
}

// FocusGained is called by Fyne.
func (t *threshold) FocusGained() { t.focused = true }

// FocusLost is called by Fyne.
func (t *threshold) FocusLost() { t.focused = false }

// Disabled is called by Fyne when it looks for the next widget.
func (t *threshold) Disabled() bool { return !t.focused }

// Enable and Disable do nothing; fyne.Disableable needs them.
func (t *threshold) Enable()  {}
func (t *threshold) Disable() {}

// KeyDown is called by Fyne once for each press.
func (t *threshold) KeyDown(key *fyne.KeyEvent) { passOn(t, key) }

// KeyUp does nothing; desktop.Keyable needs it.
func (t *threshold) KeyUp(*fyne.KeyEvent) {}

// TypedKey does nothing; see KeyDown.
func (t *threshold) TypedKey(*fyne.KeyEvent) {}

// TypedRune is called by Fyne, and has the window take what is typed.
func (t *threshold) TypedRune(r rune) {
	if typed := t.canvas.OnTypedRune(); typed != nil {
		typed(r)
	}
}

// CreateRenderer is called by Fyne.
func (t *threshold) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(&fyne.Container{})
}
