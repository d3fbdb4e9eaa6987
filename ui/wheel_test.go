package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// The wheel scrolls a side wherever the pointer is, an entry included.
func TestWheelScrollsOverEntries(t *testing.T) {
	w, _, queue := open(t)
	w.shown(t, queue, programState())
	test.Tap(w.status.program)
	w.shown(t, queue, programState())
	scroll, entry := w.general.Scroll, w.general.places.port.entry
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	scroll.ScrollToOffset(fyne.NewPos(0, at(entry).Y-at(scroll.Content).Y-50))
	before := scroll.Offset.Y
	test.Scroll(w.window.Canvas(), at(entry).AddXY(20, 10), 0, -30)
	if moved := scroll.Offset.Y - before; moved != 30 {
		t.Errorf("moved by %v", moved)
	}
}
