package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// ringWidth is that of the line around the focused widget.
const ringWidth = 2

// ringed draws a ring around a widget that has the keyboard focus: the tint that Fyne
// gives it can hardly be seen.
type ringed struct {
	fyne.WidgetRenderer
	of      fyne.Widget
	focused func() bool
	ring    *canvas.Rectangle
	objects []fyne.CanvasObject
}

func newRinged(inner fyne.WidgetRenderer, of fyne.Widget, focused func() bool) *ringed {
	r := &ringed{WidgetRenderer: inner, of: of, focused: focused, ring: canvas.NewRectangle(color.Transparent)}
	r.ring.StrokeWidth = ringWidth
	r.paint()
	return r
}

func (r *ringed) Objects() []fyne.CanvasObject {
	r.objects = append(append(r.objects[:0], r.WidgetRenderer.Objects()...), r.ring)
	return r.objects
}

func (r *ringed) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.ring.Resize(size)
}

func (r *ringed) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
}

func (r *ringed) paint() {
	settings := fyne.CurrentApp().Settings()
	r.ring.CornerRadius = settings.Theme().Size(theme.SizeNameButtonRadius)
	r.ring.StrokeColor = settings.Theme().Color(theme.ColorNameForeground, settings.ThemeVariant())
	SetVisible(r.ring, r.focused())
}
