package ui

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"fanlight/ui/kit"
)

// ground is what a picture of another shape than the preview leaves free, dark with
// rounded corners. Where the picture covers it, it is not drawn: without a GPU that
// costs as much as the picture itself.
type ground struct {
	drawn  *fyne.Container
	shape  image.Point // the picture's size, in pixels of its own; zero without a picture
	radius float32     // how far the picture's corners are rounded, where the ground shows
}

func newGround() *ground {
	g := &ground{radius: kit.Radius}
	bar := func() fyne.CanvasObject {
		bar := canvas.NewRectangle(color.NRGBA{R: 0x0c, G: 0x0d, B: 0x10, A: 0xff})
		bar.CornerRadius = g.radius
		return bar
	}
	g.drawn = container.New(g, bar(), bar()) // on both sides of the picture, or above and below
	return g
}

// leave leaves out what a picture of this shape covers, or nothing for the zero shape.
func (g *ground) leave(shape image.Point) {
	if shape != g.shape {
		g.shape = shape
		g.drawn.Refresh()
	}
}

// round rounds the corners of the picture, and of what it leaves free.
func (g *ground) round(radius float32) {
	g.radius = radius
	for _, bar := range g.drawn.Objects {
		bar.(*canvas.Rectangle).CornerRadius = radius
	}
	g.drawn.Refresh()
}

// MinSize is called by the layout of the preview.
func (g *ground) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout puts the first bar left of the picture or above, and the second one opposite.
func (g *ground) Layout(bars []fyne.CanvasObject, size fyne.Size) {
	bar := g.bar(size)
	for i, at := range []fyne.Position{{}, {X: size.Width - bar.Width, Y: size.Height - bar.Height}} {
		bars[i].Move(at)
		bars[i].Resize(bar)
	}
	kit.SetVisible(bars[0], !bar.IsZero())
	kit.SetVisible(bars[1], !bar.IsZero() && bar != size)
}

// leastBar is the room in points, on each side, from which on bars are drawn.
const leastBar = 0.5

// bar is the size of one bar, which reaches below the picture's rounded corners. It is
// zero where the picture leaves no room.
func (g *ground) bar(size fyne.Size) fyne.Size {
	if g.shape.X <= 0 || g.shape.Y <= 0 {
		return size
	}
	scale := min(size.Width/float32(g.shape.X), size.Height/float32(g.shape.Y))
	under := 2*g.radius + 2 // hides the bar's own inner corners too
	left := (size.Width-scale*float32(g.shape.X))/2 + under
	above := (size.Height-scale*float32(g.shape.Y))/2 + under
	switch {
	case max(left, above)-under < leastBar: // it would be a dark line of part of a pixel
		return fyne.Size{}
	case left > above && left < size.Width/2:
		return fyne.NewSize(upTo(size.Width, left), size.Height)
	case left <= above && above < size.Height/2:
		return fyne.NewSize(size.Width, upTo(size.Height, above))
	default:
		return size
	}
}

// upTo makes a bar longer, so that the whole is longer by a whole number: a bar that
// ends where the whole does is then rounded to the same pixel.
func upTo(whole, bar float32) float32 {
	return whole - float32(math.Floor(float64(whole-bar)))
}
