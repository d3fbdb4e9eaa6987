package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// FocusFunc is called with the widget that got the keyboard focus. It may be nil.
type FocusFunc func(fyne.CanvasObject)

func (f FocusFunc) call(o fyne.CanvasObject) {
	if f != nil {
		f(o)
	}
}

// reveal scrolls until a widget inside is in sight, for one that was reached by the Tab
// key. It does not scroll if half of it is in sight: it may be under the pointer.
func reveal(scroll *container.Scroll, o fyne.CanvasObject) {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	top := at(o).Y - at(scroll.Content).Y
	middle := top + o.Size().Height/2
	if middle >= scroll.Offset.Y && middle <= scroll.Offset.Y+scroll.Size().Height {
		return
	}
	scroll.ScrollToOffset(fyne.NewPos(0, top-(scroll.Size().Height-o.Size().Height)/2))
	if scroll.OnScrolled != nil { // which ScrollToOffset does not call
		scroll.OnScrolled(scroll.Offset)
	}
}
