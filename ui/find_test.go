package ui

import (
	"iter"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

// inSight yields an object and all that is in it, except what is hidden. Fyne's
// test.LaidOutObjects would make new renderers, and the old ones would no longer be drawn.
func inSight(o fyne.CanvasObject) iter.Seq[fyne.CanvasObject] {
	return func(yield func(fyne.CanvasObject) bool) { walk(o, yield) }
}

func walk(o fyne.CanvasObject, yield func(fyne.CanvasObject) bool) (more bool) {
	if !o.Visible() {
		return true
	}
	if !yield(o) {
		return false
	}
	var parts []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		parts = o.Objects
	case fyne.Widget:
		parts = test.WidgetRenderer(o).Objects()
	}
	for _, part := range parts {
		if !walk(part, yield) {
			return false
		}
	}
	return true
}

// words returns all visible texts in an object.
func words(o fyne.CanvasObject) []string {
	var all []string
	for part := range inSight(o) {
		if text, ok := part.(*canvas.Text); ok && text.Text != "" {
			all = append(all, text.Text)
		}
	}
	return all
}

// button returns the visible button in an object that a screen reader calls name.
func button(t *testing.T, o fyne.CanvasObject, name string) *kit.Button {
	t.Helper()
	for part := range inSight(o) {
		if b, ok := part.(*kit.Button); ok && b.AccessibilityLabel() == name {
			return b
		}
	}
	t.Fatalf("no button is called %q", name)
	return nil
}

// drag moves the pointer, pressed, to a share of the slider's width.
func drag(s *kit.Slider, share float32) {
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(share*s.Size().Width, 10)}})
}
