package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// SetText spares the screen a repaint where nothing changes.
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

// Relayout lays an object's content out. A wrapped label knows its height once it
// knows its width: the second time settles it.
func Relayout(o fyne.CanvasObject) {
	for range 2 {
		o.Refresh()
	}
}
