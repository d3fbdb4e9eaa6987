package ui

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

var (
	_ desktop.Hoverable   = (*preview)(nil)
	_ fyne.DoubleTappable = (*preview)(nil)
	_ fyne.Scrollable     = (*preview)(nil)
	_ fyne.Draggable      = (*preview)(nil)
)

// mostZoom is how much larger than whole a picture can be shown.
const mostZoom = 8

// zoomed is a layout that shows a part of its object, which is larger than its room.
type zoomed struct {
	zoom float32       // 1: all of it
	at   fyne.Position // of the room in the object, as shares of the object's size
}

func (z *zoomed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (z *zoomed) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	size := fyne.NewSize(room.Width*z.zoom, room.Height*z.zoom)
	objects[0].Resize(size)
	objects[0].Move(fyne.NewPos(-z.at.X*size.Width, -z.at.Y*size.Height))
}

// by zooms, and leaves what is at a share of the room where it is.
func (z *zoomed) by(factor, x, y float32) {
	before := z.zoom
	z.zoom = min(max(z.zoom*factor, 1), mostZoom)
	z.move(x/before-x/z.zoom, y/before-y/z.zoom)
}

// move moves the room over the object, up to its edges.
func (z *zoomed) move(x, y float32) {
	last := 1 - 1/z.zoom
	z.at = fyne.NewPos(min(max(z.at.X+x, 0), last), min(max(z.at.Y+y, 0), last))
}

// whole shows the whole picture again.
func (p *preview) whole() {
	p.zoomed.zoom, p.zoomed.at = 1, fyne.Position{}
	p.rezoom()
}

func (p *preview) rezoom() {
	p.measure()
	p.zoomed.Layout([]fyne.CanvasObject{p.picture}, p.Size())
}

// Scrolled is called by Fyne. A notch of the wheel zooms by a quarter or so.
func (p *preview) Scrolled(e *fyne.ScrollEvent) {
	size := p.Size()
	p.zoomed.by(float32(math.Pow(1.01, float64(e.Scrolled.DY))), e.Position.X/size.Width, e.Position.Y/size.Height)
	p.rezoom()
}

// Dragged is called by Fyne.
func (p *preview) Dragged(e *fyne.DragEvent) {
	size := p.Size()
	p.zoomed.move(-e.Dragged.DX/size.Width/p.zoomed.zoom, -e.Dragged.DY/size.Height/p.zoomed.zoom)
	p.rezoom()
}

// DragEnd is called by Fyne.
func (p *preview) DragEnd() {}

// DoubleTapped is called by Fyne.
func (p *preview) DoubleTapped(*fyne.PointEvent) { p.doubled() }

// MouseIn is called by Fyne.
func (p *preview) MouseIn(*desktop.MouseEvent) { p.pointed(true) }

// MouseMoved is called by Fyne.
func (p *preview) MouseMoved(*desktop.MouseEvent) { p.pointed(true) }

// MouseOut is called by Fyne.
func (p *preview) MouseOut() { p.pointed(false) }
