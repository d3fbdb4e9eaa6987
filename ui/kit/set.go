package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// SetText changes a label's text; if it is the same already, nothing is repainted.
func SetText(l *widget.Label, text string) {
	if l.Text != text {
		l.SetText(text)
	}
}

// SetVisible shows or hides an object, and reports whether that changed anything.
func SetVisible(o fyne.CanvasObject, visible bool) (changed bool) {
	switch {
	case visible == o.Visible():
		return false
	case visible:
		o.Show()
	default:
		o.Hide()
	}
	return true
}

// SetEnabled enables or disables a widget.
func SetEnabled(o fyne.Disableable, enabled bool) {
	switch {
	case enabled != o.Disabled():
	case enabled:
		o.Enable()
	default:
		o.Disable()
	}
}

// Relayout lays out the content of an object anew: twice, because the height of a wrapped
// label depends on the width that it gets the first time.
func Relayout(o fyne.CanvasObject) {
	for range 2 {
		o.Refresh()
	}
}
