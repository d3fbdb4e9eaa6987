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

// Tight removes space that a label keeps above and below its text.
func Tight(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(-5, -5, 0, 0), o)
}

// Pair is a layout of two objects beside each other, of which the first takes the rest,
// or, stacked, one above the other.
type Pair struct{ Stacked bool }

func (p *Pair) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize(), objects[1].MinSize()
	if p.Stacked {
		return fyne.NewSize(max(first.Width, second.Width), first.Height+second.Height)
	}
	return fyne.NewSize(first.Width+second.Width, max(first.Height, second.Height))
}

func (p *Pair) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	first, second := objects[0], objects[1]
	firstSize, secondSize := fyne.NewSize(size.Width, first.MinSize().Height), second.MinSize()
	at := fyne.NewPos(size.Width-secondSize.Width, 0)
	if p.Stacked {
		at.Y = firstSize.Height
	} else {
		firstSize = fyne.NewSize(size.Width-secondSize.Width, size.Height)
		secondSize.Height = size.Height
	}
	first.Resize(firstSize)
	first.Move(fyne.Position{})
	second.Resize(secondSize)
	second.Move(at)
}
