package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Root is the content of a window. It draws tooltips over its content, and gets the keys
// that the focused widget has no use for.
type Root struct {
	widget.BaseWidget
	canvas  fyne.Canvas
	content fyne.CanvasObject
	tip     *tip
	pressed func(fyne.KeyName)
	held    func() fyne.KeyModifier // now
}

// NewRoot makes the content of a canvas. It calls pressed once for each press of a key
// that nothing else uses, unless a sheet or a menu is open.
func NewRoot(c fyne.Canvas, content fyne.CanvasObject, pressed func(fyne.KeyName)) *Root {
	r := &Root{canvas: c, content: content, tip: newTip(), pressed: pressed, held: heldKeys}
	r.ExtendBaseWidget(r)
	if keys, ok := c.(desktop.Canvas); ok { // not on a screen of memory
		keys.SetOnKeyDown(r.Press)
	}
	return r
}

// heldKeys returns the modifiers that are held down.
func heldKeys() fyne.KeyModifier {
	keyboard, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	if !ok { // a screen of memory
		return 0
	}
	return keyboard.CurrentKeyModifiers()
}

// Press handles a key that no widget uses: Escape closes what is open. With Ctrl, Alt or
// Super it is a shortcut, which Fyne passes on elsewhere.
func (r *Root) Press(key *fyne.KeyEvent) {
	if r.held()&^fyne.KeyModifierShift != 0 {
		return
	}
	top := r.canvas.Overlays().Top()
	if top == nil {
		r.pressed(key.Name)
		return
	}
	if key.Name != fyne.KeyEscape {
		return
	}
	if open, ok := top.(fyne.Tappable); ok { // a tap beside a sheet or a menu closes it
		open.Tapped(&fyne.PointEvent{})
	}
}

// HideTip hides the tooltip, if one is shown.
func (r *Root) HideTip() { r.tip.hide() }

// CreateRenderer is called by Fyne.
func (r *Root) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(r.content, r.tip.layer))
}

// rootOf returns the root of the window that an object is in; nil if there is none.
func rootOf(o fyne.CanvasObject) *Root {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil {
		return nil
	}
	root, _ := c.Content().(*Root)
	return root
}

// passOn hands a key that a widget does not use to the window.
func passOn(from fyne.CanvasObject, key *fyne.KeyEvent) {
	if root := rootOf(from); root != nil {
		root.Press(key)
	}
}

// passOnSpecial is passOn for a widget that uses most keys.
func passOnSpecial(from fyne.CanvasObject, key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyEscape, fyne.KeyTab, fyne.KeyF1, fyne.KeyF11:
		passOn(from, key)
	}
}

// typeShortcut hands a shortcut to the window, unless it is one that texts are edited
// with, and reports whether it did.
func typeShortcut(from fyne.CanvasObject, s fyne.Shortcut) bool {
	typed, ok := s.(*desktop.CustomShortcut)
	if !ok {
		return false
	}
	switch typed.KeyName {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyBackspace, fyne.KeyDelete:
		return false
	}
	c, ok := fyne.CurrentApp().Driver().CanvasForObject(from).(fyne.Shortcutable)
	if ok {
		c.TypedShortcut(s)
	}
	return ok
}
