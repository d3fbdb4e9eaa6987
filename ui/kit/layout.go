package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// Nudge adds space left and right of an object; negative values remove the space that
// a label keeps around its text.
func Nudge(o fyne.CanvasObject, left, right float32) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, left, right), o)
}

// Lowered removes space that a widget keeps below what it draws.
func Lowered(by float32, o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, -by, 0, 0), o)
}

// AsWideAs is a layout that gives its object at least the width of another, which is not
// drawn.
type AsWideAs struct{ Other fyne.CanvasObject }

func (w AsWideAs) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().Max(fyne.NewSize(w.Other.MinSize().Width, 0))
}

func (w AsWideAs) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	objects[0].Move(fyne.Position{})
}

// Square is a layout that gives its object the largest square that fits, in the middle.
type Square struct{}

func (Square) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(180) }

func (Square) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	side := min(room.Width, room.Height)
	objects[0].Resize(fyne.NewSquareSize(side))
	objects[0].Move(fyne.NewPos((room.Width-side)/2, (room.Height-side)/2))
}
