package kit

import "fyne.io/fyne/v2"

// Roomy is a layout of four objects in a row: the first at one end and the last at the other.
// The second one is beside the first where there is room for it, and the third takes the rest.
type Roomy struct{ Gap float32 }

// roomForWords is the least width of the third object beside the second.
const roomForWords = 130

func (r Roomy) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, last := objects[0].MinSize(), objects[3].MinSize()
	return fyne.NewSize(first.Width+last.Width+r.Gap, max(first.Height, last.Height))
}

func (r Roomy) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x, end := float32(0), size.Width
	put := func(o fyne.CanvasObject, at, width float32) {
		o.Resize(fyne.NewSize(width, size.Height))
		o.Move(fyne.NewPos(at, 0))
	}
	put(objects[0], x, objects[0].MinSize().Width)
	x += objects[0].MinSize().Width + r.Gap
	end -= objects[3].MinSize().Width
	put(objects[3], end, objects[3].MinSize().Width)
	second := objects[1].MinSize().Width
	if SetVisible(objects[1], end-x-second-r.Gap >= roomForWords); objects[1].Visible() {
		put(objects[1], x, second)
		x += second + r.Gap
	}
	put(objects[2], x, max(0, end-x))
}
