package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// NewVeil puts a dark, rounded ground behind an object, through which a picture shines.
func NewVeil(o fyne.CanvasObject) fyne.CanvasObject {
	ground := canvas.NewRectangle(color.NRGBA{R: 0x0c, G: 0x0d, B: 0x10, A: 0xd0})
	ground.CornerRadius = 8
	return container.NewStack(ground, o)
}
